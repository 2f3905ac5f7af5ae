import type { ResumeStore, StoredObject } from '../resumes/store';
import type { LeadFile, ResumeProblem, SweepCounts } from './types';

/** Which files are read whole: all, or so many after a key, where the last sweep ended. */
export type Reading = 'ALL' | { after: string; most: number };

export interface Inspector {
  /** `object` is what the listing had under the lead's key. */
  inspect(lead: LeadFile, object: StoredObject | undefined): Promise<ResumeProblem | null>;
  /** Up to which key files were read; null: to the end, so that the next sweep begins anew. */
  hashedTo(): string | null;
}

/** Reads one file at a time. What had a problem is read in any case before it counts as whole. */
export function createInspector(
  resumes: Pick<ResumeStore, 'read'>,
  reading: Reading,
  counts: SweepCounts,
): Inspector {
  let left = reading === 'ALL' ? Infinity : reading.most;
  let hashedTo: string | null = null;

  function isDue({ key, problem }: LeadFile): boolean {
    if (reading === 'ALL') return true;
    if (left > 0 && key > reading.after) {
      left--;
      hashedTo = key;
      return true;
    }
    return problem !== null;
  }

  async function readWhole({ key, sha256 }: LeadFile): Promise<ResumeProblem | null> {
    const found = await resumes.read(key).catch(unreadable);
    if (found === 'UNREADABLE') return found;
    if (!found) return 'MISSING';
    found.content.destroy();
    counts.hashed++;
    return found.sha256 === sha256 ? null : 'WRONG_HASH';
  }

  return {
    async inspect(lead, object) {
      if (!object) return 'MISSING';
      if (object.bytes !== lead.bytes) return 'WRONG_SIZE';
      return isDue(lead) ? readWhole(lead) : null;
    },

    hashedTo: () => (left > 0 ? null : hashedTo),
  };
}

/** One file that the file system withholds must not keep the others from being looked at. */
function unreadable(error: unknown): 'UNREADABLE' {
  const { code } = error as NodeJS.ErrnoException;
  if (['EACCES', 'EPERM', 'EIO', 'EISDIR', 'ELOOP'].includes(code ?? '')) return 'UNREADABLE';
  throw error;
}
