import Koa from 'koa';

/** The least that a start costs with Koa: it responds to the probe and does nothing else. */
const app = new Koa();

app.use((ctx) => {
  if (ctx.path === '/readyz') ctx.body = 'ready';
});
app.listen(Number(process.env.PORT), '127.0.0.1');
