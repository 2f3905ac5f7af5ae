import type { ResumeStore, StoredObject } from '../resumes/store';
import type { LeadFile, ResumeProblem, SweepCounts } from './types';

/** Which files are read and hashed: all, or at most so many after the key where the last sweep ended. */
type Reading = 'ALL' | { after: string; most: number };

export type Inspector = ReturnType<typeof createInspector>;

/** Reads one file at a time. A file that had a problem is always read before that counts as solved. */
export function createInspector(
  resumes: Pick<ResumeStore, 'read'>,
  reading: Reading,
  counts: SweepCounts,
) {
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
    /** `object` is the listed object with the lead's key. */
    async inspect(lead: LeadFile, object?: StoredObject): Promise<ResumeProblem | null> {
      if (!object) return 'MISSING';
      if (object.bytes !== lead.bytes) return 'WRONG_SIZE';
      return isDue(lead) ? hashFile(lead) : null;
    },

    /** The key of the last file hashed; null at the end, so that the next sweep starts from the first. */
    hashedTo: () => (left > 0 ? null : hashedTo),
  };
}

/** A file that the file system does not let us read must not stop the sweep. */
function unreadable(error: unknown): 'UNREADABLE' {
  const { code } = error as NodeJS.ErrnoException;
  if (['EACCES', 'EPERM', 'EIO', 'EISDIR', 'ELOOP'].includes(code ?? '')) return 'UNREADABLE';
  throw error;
}
