import { createRouter, type Router } from '../../auth/router';
import type { AccountRepository } from '../../../common/accounts/repository';
import type { AuditRepository } from '../../../common/audit/repository';
import { auditUrl, filtersOf, problemOf, readAuditQuery, toAuditQuery } from './query';
import { eventRow, filterFields } from './labels';
import type { RenderPage } from '../layout/render-page';

const noEvents = { items: [], next: null, prev: null };

export interface AuditRouteDeps {
  audit: Pick<AuditRepository, 'list' | 'record'>;
  accounts: Pick<AccountRepository, 'list'>;
  render: RenderPage;
}

/** Who did what, and when. */
export function auditRoutes({ audit, accounts, render }: AuditRouteDeps): Router {
  const router = createRouter();

  router.get('/audit', async (ctx) => {
    const { after, before, ...view } = readAuditQuery(ctx.query);
    const problem = problemOf(view);
    const [page, everybody] = await Promise.all([
      problem ? noEvents : audit.list(toAuditQuery({ ...view, after, before })),
      accounts.list(),
    ]);
    if (!problem) {
      const details = { filters: filtersOf(view), count: page.items.length };
      await audit.record({ actor: ctx.state.account.id, action: 'AUDIT_READ', details });
    }
    const names = new Map(everybody.map(({ id, name }) => [id, name]));
    if (problem) ctx.status = 400;
    ctx.body = await render(ctx, 'audit/list', {
      title: 'Audit',
      filter: filterFields(view, everybody),
      problem,
      events: page.items.map((event) => eventRow(event, names)),
      nextUrl: page.next && auditUrl(view, { after: page.next }),
      prevUrl: page.prev && auditUrl(view, { before: page.prev }),
    });
  });

  return router;
}
