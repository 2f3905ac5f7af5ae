import Router from '@koa/router';
import createError from 'http-errors';
import Koa, { type Middleware } from 'koa';
import serve from 'koa-static';
import path from 'node:path';
import { securityHeaders } from '../../common/http/security-headers';
import { createRender } from '../../common/render';
import type { EmailFolder } from './email-folder';

const inertContent =
  "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox";

/** Shows the mails to whoever sits at this machine; there is no sign-in. */
export function createInboxPage(mails: Pick<EmailFolder, 'list'>): Koa {
  const render = createRender('inbox', {});
  const router = new Router();

  router.get('/', async (ctx) => {
    ctx.body = await render('mails', { title: 'Inbox', mails: await mails.list() });
  });

  router.get('/mails.json', async (ctx) => {
    ctx.body = await mails.list();
  });

  router.get('/mails/:id', async (ctx) => {
    const mail = await find(ctx.params.id);
    ctx.set(
      'Content-Security-Policy',
      `${ctx.response.get('Content-Security-Policy')}; frame-src 'self'`,
    );
    ctx.body = await render('mail', { title: mail.subject, mail });
  });

  router.get('/favicon.ico', (ctx) => {
    ctx.status = 204; // browsers ask for one by themselves
  });

  // Strangers' HTML: shown with its own styles, without scripts and without reaching anything.
  router.get('/mails/:id/html', async (ctx) => {
    const { html } = await find(ctx.params.id);
    ctx.set('Content-Security-Policy', `${inertContent}; frame-ancestors 'self'`);
    ctx.set('X-Frame-Options', 'SAMEORIGIN');
    ctx.type = 'html';
    ctx.body = `<base target="_blank">${html}`;
  });

  async function find(id?: string) {
    const mail = (await mails.list()).find((each) => each.id === id);
    if (!mail) throw createError(404, 'No such mail');
    return mail;
  }

  const app = new Koa();
  app.use(securityHeaders({ overHttps: false }));
  app.use(refuseForeignHosts);
  app.use(serve(path.join(__dirname, 'assets')));
  app.use(router.routes());
  return app;
}

/** A page from elsewhere could point its own host name at this machine and read the mails. */
const refuseForeignHosts: Middleware = async (ctx, next) => {
  if (!['localhost', '127.0.0.1'].includes(ctx.hostname)) throw createError(403);
  await next();
};
