import type { ErrorPage } from '../../../common/http/error-response';
import type { AccountTemplates, AccountViews } from '../accounts/views';
import type { AuditViews } from '../audit/views';
import type { LeadTemplates, LeadViews } from '../leads/views';
import type { OutboxViews } from '../outbox/views';
import type { StorageViews } from '../storage/views';
import type { LayoutLocals, Partials } from './partials';

/** What each view of `views/internal` is given. */
export interface InternalViews
  extends AccountViews, AuditViews, LeadViews, OutboxViews, StorageViews {
  'docs/api': object;
  error: { page: ErrorPage };
}

/** The locals of each template, for `npm run typecheck`. */
export interface Templates extends InternalViews, Partials, AccountTemplates, LeadTemplates {
  layout: LayoutLocals;
}
