import type { AuditRepository } from '../../common/audit/repository';
import type { LeadRepository } from '../../common/leads/repository';
import { filtersOf, toListQuery, type LeadPageRequest } from './query';

export interface ListLeadsDeps {
  leads: Pick<LeadRepository, 'list'>;
  audit: Pick<AuditRepository, 'record'>;
  config: { overdueAfterHours: number };
}

/** Returns a page of leads after recording that the account got it. */
export async function listLeads(
  { leads, audit, config }: ListLeadsDeps,
  request: LeadPageRequest,
  accountId: string,
): ReturnType<LeadRepository['list']> {
  const page = await leads.list(toListQuery(request, accountId, config.overdueAfterHours));
  const details = { filters: filtersOf(request.view), count: page.items.length };
  await audit.record({ actor: accountId, action: 'LEADS_LISTED', details });
  return page;
}
