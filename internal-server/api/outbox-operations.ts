import createError from 'http-errors';
import { z } from 'zod';
import type { AuditRepository } from '../../common/audit/repository';
import type { OutboxRepository } from '../../common/outbox/repository';
import { countedAtMost, outboxSort } from '../../common/outbox/admin';
import { dismiss, resend } from '../outbox/change';
import { outboxParameters, outboxUrl } from '../outbox/query';
import { oneDirection } from '../http/query';
import { emailExample, pageExample } from './examples';
import { operation } from './operation';
import { emailShape, pageOf, toEmailShape } from './shapes';

const after = { sort: outboxSort, values: [emailExample.created_at, emailExample.id] };
const nextExample = outboxUrl('FAILED', { after, limit: 50 }, '/api/outbox');
const listExample = pageExample(emailExample, nextExample);

export interface OutboxOperationDeps {
  audit: Pick<AuditRepository, 'record'>;
  outbox: Pick<OutboxRepository, 'list' | 'find' | 'counts' | 'resend' | 'dismiss'>;
  config: { baseUrl: string };
}

export function outboxOperations({ audit, outbox, config }: OutboxOperationDeps) {
  return [
    operation({
      method: 'get',
      path: '/api/outbox',
      summary: 'List the emails in a state, newest first',
      query: outboxParameters.strict(),
      response: pageOf(emailShape, listExample),
      async handle(ctx, { query: given }) {
        const query = oneDirection(given);
        const { state, limit } = query;
        const actor = ctx.state.account.id;
        await audit.record({ actor, action: 'OUTBOX_READ', details: { state } });
        const [page, counts] = await Promise.all([outbox.list(query), outbox.counts()]);
        const url = (at: Parameters<typeof outboxUrl>[1]) =>
          config.baseUrl + outboxUrl(state, { ...at, limit }, '/api/outbox');
        return {
          items: page.items.map(toEmailShape),
          total: Math.min(counts[state], countedAtMost),
          total_is_exact: counts[state] <= countedAtMost,
          next: page.next && url({ after: page.next }),
          prev: page.prev && url({ before: page.prev }),
        };
      },
    }),

    operation({
      method: 'post',
      path: '/api/outbox/:id/resend',
      summary: 'Queue an email again that failed, is unconfirmed or was dismissed',
      description:
        'Recipients who have it do not get it again. One that waits for its next attempt becomes ' +
        'due now. 409: all recipients have it.',
      body: z.strictObject({}).meta({ example: {} }),
      response: emailShape,
      example: { ...emailExample, state: 'QUEUED', attempts: 0, last_error: null },
      errors: [409],
      async handle(ctx) {
        const { email, refusal } = await resend(outbox, ctx.params.id, ctx.state.account.id);
        if (refusal) throw createError(409, refusal);
        return toEmailShape(email);
      },
    }),

    operation({
      method: 'delete',
      path: '/api/outbox/:id',
      summary: 'Dismiss an email, so that it is never sent',
      status: 204,
      errors: [409],
      async handle(ctx) {
        const { refusal } = await dismiss(outbox, ctx.params.id, ctx.state.account.id);
        if (refusal) throw createError(409, refusal);
      },
    }),
  ];
}
