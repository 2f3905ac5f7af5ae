import type { Lead } from '../../common/leads/lead';
import type { LeadRepository } from '../../common/leads/repository';
import { findLead } from './find-lead';
import { formatAgo } from '../format';

/**
 * Marks a lead, for page and API alike. A repeat by the same account is harmless; `refusal` says
 * who was faster, and then nothing was changed. Throws 404 for an unknown lead.
 */
export async function markReachedOut(
  leads: Pick<LeadRepository, 'find' | 'markReachedOut'>,
  leadId: string | undefined,
  accountId: string,
): Promise<{ lead: Lead; isFirst: boolean; refusal?: string }> {
  const { id } = await findLead(leads, leadId);
  const isFirst = await leads.markReachedOut(id, accountId);
  const lead = await findLead(leads, id);
  if (isFirst || lead.reachedOutBy?.id === accountId) return { lead, isFirst };
  return { lead, isFirst, refusal: tooLate(lead) };
}

function tooLate({ reachedOutBy, reachedOutAt }: Lead): string {
  if (!reachedOutBy || !reachedOutAt) return 'This lead was just reopened.';
  return `Already reached out: ${reachedOutBy.name} did, ${formatAgo(reachedOutAt)}.`;
}
