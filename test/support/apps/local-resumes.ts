import type { ResumeIntake } from '../../../common/resumes/intake';
import { createLocalIntake } from '../../../common/resumes/local/intake';
import { createLocalStore } from '../../../common/resumes/local/store';
import type { ResumeStore } from '../../../common/resumes/store';

/** What each server may do with resumes, in the hands of a test that needs both. */
export type Resumes = ResumeIntake & ResumeStore;

export async function createLocalResumes(folder: string): Promise<Resumes> {
  return { ...(await createLocalIntake(folder)), ...(await createLocalStore(folder)) };
}
