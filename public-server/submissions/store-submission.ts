import createError from 'http-errors';
import { createHash, randomUUID } from 'node:crypto';
import type { NewLead } from '../../common/leads/lead';
import type { LeadIntake } from '../../common/leads/add-lead';
import { isOutage } from '../../common/database/is-outage';
import type { ResumeIntake, SpooledFile } from '../../common/resumes/intake';
import { unavailable } from './unavailable';

export interface SubmissionDeps {
  leads: LeadIntake;
  resumes: Pick<ResumeIntake, 'create'>;
}

export type Submission = Omit<NewLead, 'resume'> & {
  resume: Omit<NewLead['resume'], 'key' | 'bytes' | 'sha256'> & { file: SpooledFile };
};

const idIsTaken = 'Another submission was sent with this id. Send this one with a new id.';

/**
 * Stores the resume, then the lead with its emails. Once it resolves, all of it is safe. Returns the
 * stored id, which differs from `submission.id` when that id already belongs to other content and
 * `mayRename` is set; without `mayRename` that is a 409. Rejects with 503 while a store is
 * unavailable, and then leaves at most an object without a lead.
 */
export async function storeSubmission(
  { leads, resumes }: SubmissionDeps,
  submission: Submission,
  { mayRename }: { mayRename: boolean },
): Promise<{ id: string; isRepeat: boolean }> {
  const { file, ...resume } = submission.resume;
  const key = `resumes/${randomUUID()}`;
  await resumes.create(key, file).catch(toUnavailable);

  const { bytes, sha256 } = file;
  const lead = { ...submission, resume: { ...resume, key, bytes, sha256 } };
  const outcome = await leads.add(lead).catch(toUnavailable);
  if (outcome !== 'OTHER_CONTENT') return { id: lead.id, isRepeat: outcome === 'REPEATED' };
  if (!mayRename) throw createError(409, idIsTaken);
  const renamed = { ...lead, id: idOfContent(lead) };
  const isRepeat = (await leads.add(renamed).catch(toUnavailable)) === 'REPEATED';
  return { id: renamed.id, isRepeat };
}

/** Derived from the content, so that a double click stays one lead. A UUID of version 8. */
function idOfContent({ id, firstName, lastName, email, resume }: NewLead): string {
  const content = JSON.stringify([id, firstName, lastName, email, resume.filename, resume.sha256]);
  const hex = createHash('sha256').update(content).digest('hex');
  const variant = '89ab'[parseInt(hex.charAt(16), 16) % 4] ?? '8';
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, `$1-$2-8$3-${variant}$4-$5`);
}

function toUnavailable(error: unknown): never {
  throw isOutage(error) ? unavailable(error) : error;
}
