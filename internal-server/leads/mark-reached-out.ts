import type { Lead } from '../../common/leads/lead';
import type { LeadRepository } from '../../common/leads/repository';
import { findLead } from './find-lead';
import { formatAgo } from '../format';

/**
 * Marks a lead as reached out. A repeat by the same account is harmless. When somebody else was
 * first, nothing changes and `refusal` names them. The note is added if the lead is marked. Throws 404 for an unknown lead.
 */
export async function markReachedOut(
  leads: Pick<LeadRepository, 'find' | 'markReachedOut'>,
  leadId: string | undefined,
  accountId: string,
  note?: string,
): Promise<{ lead: Lead; isFirst: boolean; refusal?: string }> {
  const { id } = await findLead(leads, leadId);
  const isFirst = await leads.markReachedOut(id, accountId, note);
  const lead = await findLead(leads, id);
  if (isFirst || lead.reachedOutBy?.id === accountId) return { lead, isFirst };
  return { lead, isFirst, refusal: refusalOf(lead) };
}

/** Why a lead that is not waiting any more cannot be marked by somebody else. */
export function refusalOf({ reachedOutBy, reachedOutAt }: Lead): string {
  if (!reachedOutBy || !reachedOutAt) return 'This lead was just reopened.';
  return `Already reached out: ${reachedOutBy.name} did, ${formatAgo(reachedOutAt)}.`;
}
