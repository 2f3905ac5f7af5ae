import type { BulkResult } from '../../../common/leads/bulk/bulk';
import type { Lead } from '../../../common/leads/lead';
import type { LeadRepository } from '../../../common/leads/repository';
import type { ResumeStore } from '../../../common/resumes/store';

export interface DeleteLeadsDeps {
  leads: Pick<LeadRepository, 'bulk'>;
  resumes: Pick<ResumeStore, 'remove'>;
}

const filesAtOnce = 8;

/**
 * Deletes leads with their resumes, the files first: if a row then stays, the same button deletes
 * it. A file without a row would stay until the next sweep, as does one of two leads, if both are
 * deleted at once. A lead whose file cannot be deleted stays, and so do those after it. Throws when
 * that happens to the first.
 */
export async function deleteLeads(
  { leads, resumes }: DeleteLeadsDeps,
  selected: Lead[],
  accountId: string,
): Promise<BulkResult> {
  const shared = new Set(await leads.bulk.sharedKeys(selected));
  const gone: string[] = [];
  const waiting = [...selected];
  let failure: Error | undefined;
  const removeFiles = async () => {
    for (let lead = waiting.shift(); lead && !failure; lead = waiting.shift()) {
      try {
        if (!shared.has(lead.resume.key)) await resumes.remove(lead.resume.key);
        gone.push(lead.id);
      } catch (error) {
        failure = error as Error;
      }
    }
  };
  await Promise.all(Array.from({ length: filesAtOnce }, removeFiles));
  if (failure && gone.length === 0) throw failure;
  const { changed } = await leads.bulk.remove(gone, accountId);
  return { changed, unchanged: selected.filter(({ id }) => !gone.includes(id)) };
}
