import createError from 'http-errors';
import { isUuid } from '../../common/is-uuid';
import type { SortedLead } from '../../common/leads/lead';
import type { LeadRepository } from '../../common/leads/repository';

/** Throws 404 for an id that is unknown or malformed. */
export async function findLead(leads: Pick<LeadRepository, 'find'>, id = ''): Promise<SortedLead> {
  const lead = isUuid(id) ? await leads.find(id) : undefined;
  if (!lead) throw noSuchLead();
  return lead;
}

export function noSuchLead(): Error {
  return createError(404, 'No such lead. It may have been deleted.');
}
