import Router from '@koa/router';
import createError from 'http-errors';
import type { Context } from 'koa';
import { isUuid } from '../common/is-uuid';
import type { MailDelivery } from '../common/mail/delivery';
import type { OutboxRepository } from '../common/outbox';
import type { OutboxQuery } from '../common/outbox-desk';
import { mailStates, type OutboxMail } from '../common/outbox-types';
import { readForm } from './form';
import { seeOther } from './news';
import { outboxUrl, readOutboxQuery, readView } from './outbox-query';
import {
  countInWords,
  deliveryInWords,
  emptyWords,
  mailRow,
  refusal,
  stateNames,
} from './outbox-words';
import type { RenderPage } from './render-page';

export interface OutboxRouteDeps {
  outbox: Pick<
    OutboxRepository,
    'list' | 'find' | 'counts' | 'resend' | 'resendFailed' | 'dismiss'
  >;
  delivery: Pick<MailDelivery, 'status'>;
  render: RenderPage;
}

/** The mail that waits, failed or went out, and what administrators do about it. */
export function outboxRoutes({ outbox, delivery, render }: OutboxRouteDeps): Router {
  const router = new Router();

  async function outboxPage(ctx: Context, query: OutboxQuery, problem?: string): Promise<string> {
    const { state } = query;
    const [page, counts] = await Promise.all([outbox.list(query), outbox.counts()]);
    return render(ctx, 'outbox', {
      title: 'Outbox',
      path: '/outbox',
      mailNotice: undefined, // the page says it itself, and at once
      state,
      tabs: mailStates.map((each) => ({
        label: stateNames[each],
        count: countInWords(counts[each]),
        url: outboxUrl(each),
        isCurrent: each === state,
      })),
      mails: page.items.map(mailRow),
      emptyWords: emptyWords[state],
      delivery: deliveryInWords(delivery.status()),
      isRunning: delivery.status().state === 'RUNNING',
      nextUrl: page.next && outboxUrl(state, { after: page.next }),
      prevUrl: page.prev && outboxUrl(state, { before: page.prev }),
      problem,
    });
  }

  async function refuse(ctx: Context, view: OutboxQuery, problem: string): Promise<void> {
    ctx.status = 409;
    ctx.body = await outboxPage(ctx, view, problem);
  }

  router.get('/outbox', async (ctx) => {
    ctx.body = await outboxPage(ctx, readOutboxQuery(ctx.query));
  });

  router.post('/outbox/resend', async (ctx) => {
    const view = readView(readForm(ctx));
    const count = await outbox.resendFailed(ctx.state.account.id);
    if (count > 0) seeOther(ctx, outboxUrl(view.state), 'MAILS_QUEUED');
    else await refuse(ctx, view, 'Nothing was changed: no mail has failed (any more).');
  });

  router.post('/outbox/:id/resend', async (ctx) => {
    const view = readView(readForm(ctx));
    const { id } = await findMail(outbox, ctx.params.id);
    const isDone = await outbox.resend(id, ctx.state.account.id);
    const mail = await findMail(outbox, id);
    const isDue = mail.state === 'QUEUED' && !mail.isInHand; // after a double click, say
    if (isDone || isDue) seeOther(ctx, outboxUrl(view.state), 'MAIL_QUEUED');
    else await refuse(ctx, view, refusal(mail));
  });

  router.post('/outbox/:id/dismiss', async (ctx) => {
    const view = readView(readForm(ctx));
    const { id } = await findMail(outbox, ctx.params.id);
    const isDone = await outbox.dismiss(id, ctx.state.account.id);
    const mail = await findMail(outbox, id);
    if (isDone || mail.state === 'DISMISSED') {
      seeOther(ctx, outboxUrl(view.state), 'MAIL_DISMISSED');
    } else await refuse(ctx, view, refusal(mail));
  });

  return router;
}

/** Throws 404 for an unknown id, and for one that is none. */
async function findMail(outbox: Pick<OutboxRepository, 'find'>, id = ''): Promise<OutboxMail> {
  const mail = isUuid(id) ? await outbox.find(id) : undefined;
  if (!mail) throw createError(404, 'No such mail. Its lead may have been deleted.');
  return mail;
}
