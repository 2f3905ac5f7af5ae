import type { AuditRepository } from '../../common/audit/repository';
import type { LeadRepository } from '../../common/leads/repository';
import { startOfDay } from '../../common/metrics/overview/days';
import { filtersOf, toListQuery, type LeadPageRequest } from './query';

export interface ListLeadsDeps {
  leads: Pick<LeadRepository, 'list'>;
  audit: Pick<AuditRepository, 'record'>;
  config: { overdueAfterHours: number };
}

/** Returns a page of leads after recording that the account got it. See `toFilter` for its days. */
export async function listLeads(
  { leads, audit, config }: ListLeadsDeps,
  request: LeadPageRequest,
  accountId: string,
  startOf = startOfDay,
): ReturnType<LeadRepository['list']> {
  const query = toListQuery(request, accountId, config.overdueAfterHours, startOf);
  const page = await leads.list(query);
  const details = { filters: filtersOf(request.view), count: page.items.length };
  await audit.record({ actor: accountId, action: 'LEADS_LISTED', details });
  return page;
}
