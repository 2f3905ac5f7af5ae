import type { AuditRepository } from '../../../common/audit/repository';
import { createRouter, type Router } from '../../auth/router';
import type { Context } from 'koa';
import type { MailWorker } from '../../../common/mail/worker';
import type { OutboxRepository } from '../../../common/outbox/repository';
import { countedAtMost, type OutboxQuery } from '../../../common/outbox/admin';
import { emailStates } from '../../../common/outbox/types';
import { formatCount } from '../../format';
import { dismiss, resend } from '../../outbox/change';
import { readForm } from '../../http/form';
import { seeOther } from '../layout/flash';
import { outboxUrl, readOutboxQuery, readView } from '../../outbox/query';
import { deliveryLabels, emailRow, emptyTexts, refusedAddress, stateNames } from './labels';
import type { RenderPage } from '../layout/render-page';

export interface OutboxRouteDeps {
  audit: Pick<AuditRepository, 'record'>;
  outbox: Pick<
    OutboxRepository,
    'list' | 'find' | 'counts' | 'refusedRecipients' | 'resend' | 'resendFailed' | 'dismiss'
  >;
  delivery: Pick<MailWorker, 'status' | 'tryNow'>;
  config: { attorneyEmails: readonly string[] };
  render: RenderPage;
}

/** The emails that wait, failed or went out, and what administrators can do about them. */
export function outboxRoutes({ audit, outbox, delivery, config, render }: OutboxRouteDeps): Router {
  const router = createRouter();

  async function outboxPage(ctx: Context, query: OutboxQuery, problem?: string): Promise<string> {
    const { state } = query;
    const { attorneyEmails } = config;
    const actor = ctx.state.account.id;
    await audit.record({ actor, action: 'OUTBOX_READ', details: { state } });
    const [page, counts, refused] = await Promise.all([
      outbox.list(query),
      outbox.counts(),
      outbox.refusedRecipients(),
    ]);
    return render(ctx, 'outbox/list', {
      title: 'Outbox',
      section: '/outbox',
      ownNotice: 'email',
      state,
      tabs: emailStates.map((each) => ({
        label: stateNames[each],
        count: formatCount(counts[each], countedAtMost),
        url: outboxUrl(each),
        isCurrent: each === state,
      })),
      emails: page.items.map((email) => emailRow(email, attorneyEmails)),
      refused: refused.map((each) => refusedAddress(each, attorneyEmails)),
      emptyText: emptyTexts[state],
      delivery: deliveryLabels(delivery.status()),
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
    const query = readOutboxQuery(ctx.query);
    const isPageGone = query.after && (await outbox.list(query)).items.length === 0;
    if (isPageGone) seeOther(ctx, outboxUrl(query.state));
    else ctx.body = await outboxPage(ctx, query);
  });

  router.post('/outbox/resend', async (ctx) => {
    const view = readView(readForm(ctx));
    const count = await outbox.resendFailed(ctx.state.account.id);
    if (count > 0) seeOther(ctx, outboxUrl(view.state), 'EMAILS_QUEUED');
    else await refuse(ctx, view, 'Nothing was changed: no email has failed, or no longer.');
  });

  router.post('/outbox/try-now', async (ctx) => {
    const view = readView(readForm(ctx));
    if (delivery.tryNow()) seeOther(ctx, outboxUrl(view.state), 'DELIVERY_TRIED');
    else await refuse(ctx, view, 'Nothing was changed: delivery is not paused.');
  });

  for (const [action, change, flash] of [
    ['resend', resend, 'EMAIL_QUEUED'],
    ['dismiss', dismiss, 'EMAIL_DISMISSED'],
  ] as const) {
    router.post(`/outbox/:id/${action}`, async (ctx) => {
      const view = readView(readForm(ctx));
      const { refusal } = await change(outbox, ctx.params.id, ctx.state.account.id);
      if (refusal) await refuse(ctx, view, refusal);
      else seeOther(ctx, outboxUrl(view.state), flash);
    });
  }

  return router;
}
