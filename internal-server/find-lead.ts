import createError from 'http-errors';
import type { Lead } from '../common/lead';
import type { LeadRepository } from '../common/leads';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Throws 404 for an unknown id, and for one that is none. */
export async function findLead(leads: Pick<LeadRepository, 'find'>, id = ''): Promise<Lead> {
  const lead = uuid.test(id) ? await leads.find(id) : undefined;
  if (!lead) throw createError(404, 'No such lead. It may have been deleted.');
  return lead;
}
