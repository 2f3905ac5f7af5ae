import type { ResumeStore, StoredObject } from '../resumes/store';
import type { LeadFile, ResumeProblem, SweepCounts } from './types';

/** Which files are read and hashed: all, or at most so many after the key where the last sweep ended. */
export type Reading = 'ALL' | { after: string; most: number };

export interface Inspector {
  /** `object` is the listed object with the lead's key. */
  inspect(lead: LeadFile, object: StoredObject | undefined): Promise<ResumeProblem | null>;
  /** The key of the last file hashed; null at the end, so that the next sweep starts from the first. */
  hashedTo(): string | null;
}

/** Reads one file at a time. A file that had a problem is always read before that counts as solved. */
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

  async function hashFile({ key, sha256 }: LeadFile): Promise<ResumeProblem | null> {
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
      return isDue(lead) ? hashFile(lead) : null;
    },

    hashedTo: () => (left > 0 ? null : hashedTo),
  };
}

/** A file that the file system does not let us read must not stop the sweep. */
function unreadable(error: unknown): 'UNREADABLE' {
  const { code } = error as NodeJS.ErrnoException;
  if (['EACCES', 'EPERM', 'EIO', 'EISDIR', 'ELOOP'].includes(code ?? '')) return 'UNREADABLE';
  throw error;
}
