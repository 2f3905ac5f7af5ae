import Router from '@koa/router';
import createError from 'http-errors';
import Koa, { type Middleware } from 'koa';
import path from 'node:path';
import { securityHeaders } from '../../common/http/security-headers';
import { staticFiles } from '../../common/http/static-files';
import { createRender } from '../../common/render';
import type { Email, EmailFolder } from './email-folder';

const inertContent =
  "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox";

/** What each view of `views/inbox` is given. */
interface InboxViews {
  list: { emails: ReturnType<typeof toView>[] };
  email: { email: ReturnType<typeof toView> };
}

/** The locals of each template, for `npm run typecheck`. */
export interface Templates extends InboxViews {
  layout: { title: string; body: string };
}

/** Shows the emails to anybody on this machine, without a sign-in. */
export function createInboxPage(folder: Pick<EmailFolder, 'list'>): Koa {
  const render = createRender<InboxViews, { title: string }>('inbox');
  const router = new Router();

  router.get('/', async (ctx) => {
    const emails = (await folder.list()).map(toView);
    ctx.body = await render('list', { emails }, { title: 'Inbox' });
  });

  router.get('/mails.json', async (ctx) => {
    ctx.body = await folder.list();
  });

  router.get('/mails/:id', async (ctx) => {
    const email = toView(await find(ctx.params.id));
    ctx.set(
      'Content-Security-Policy',
      `${ctx.response.get('Content-Security-Policy')}; frame-src 'self'`,
    );
    ctx.body = await render('email', { email }, { title: email.subject });
  });

  router.get('/favicon.ico', (ctx) => {
    ctx.status = 204; // browsers request it unasked
  });

  // The HTML is untrusted: it keeps its own styles, runs no script and loads nothing.
  router.get('/mails/:id/html', async (ctx) => {
    const { html } = await find(ctx.params.id);
    ctx.set('Content-Security-Policy', `${inertContent}; frame-ancestors 'self'`);
    ctx.set('X-Frame-Options', 'SAMEORIGIN');
    ctx.type = 'html';
    ctx.body = `<base target="_blank">${html}`;
  });

  async function find(id?: string) {
    const email = (await folder.list()).find((each) => each.id === id);
    if (!email) throw createError(404, 'No such email');
    return email;
  }

  const app = new Koa();
  app.use(securityHeaders({ overHttps: false }));
  app.use(refuseForeignHosts);
  app.use(staticFiles(path.join(__dirname, 'static'), { maxAgeMs: 0 }));
  app.use(router.routes());
  return app;
}

function toView({ id, subject, from, to, messageId, receivedAt, text, html }: Email) {
  return {
    id,
    subject: subject || 'No subject',
    from,
    to: to.join(', '),
    messageId,
    received: {
      iso: receivedAt.toISOString(),
      text: receivedAt.toLocaleString('en-GB', { timeZoneName: 'short' }),
    },
    text,
    hasHtml: html !== null,
  };
}

/** Prevents DNS rebinding: a foreign page could point its own host name at this machine. */
const refuseForeignHosts: Middleware = async (ctx, next) => {
  if (!['localhost', '127.0.0.1'].includes(ctx.hostname)) throw createError(403);
  await next();
};
