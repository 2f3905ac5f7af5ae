import Koa from 'koa';

/** The least that a start costs with Koa: nothing is there but the answer to the probe. */
const app = new Koa();

app.use((ctx) => {
  if (ctx.path === '/readyz') ctx.body = 'ready';
});
app.listen(Number(process.env.PORT), '127.0.0.1');
