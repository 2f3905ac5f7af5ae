import createError from 'http-errors';
import type { FieldError } from '../../common/http/error-response';
import { isUuid } from '../../common/is-uuid';
import { checkResume } from '../resume-check';
import { cleanFilename } from '../resume-check/filename';
import { readFields } from './fields';
import type { FormFields } from './read-multipart';
import type { ReceivedForm } from './receive-form';
import type { Submission } from './store-submission';

/** Checks fields and file, and returns every error at once. */
export async function checkSubmission(
  id: string,
  { fields, resume }: ReceivedForm,
): Promise<
  { submission: Submission; errors?: undefined } | { submission?: undefined; errors: FieldError[] }
> {
  const read = readFields(fields);
  const errors = [...(read.errors ?? [])];
  const checked = resume
    ? await checkResume(resume, resume.filename)
    : { problem: 'Choose your resume.' };
  if ('problem' in checked) errors.push({ field: 'resume', message: checked.problem });
  if (!read.values || !resume || 'problem' in checked) return { errors };

  const { first_name: firstName, last_name: lastName, email } = read.values;
  const { type } = checked;
  const filename = cleanFilename(resume.filename, type);
  const flaggedReason = fields.website ? 'honeypot' : null;
  const lead = { id, firstName, lastName, email, flaggedReason };
  return { submission: { ...lead, resume: { filename, type, file: resume } } };
}

/** The id that the client gave this submission, in the form or as its Idempotency-Key. */
export function givenId(fields: FormFields, idempotencyKey: string): string | undefined {
  const ids = [fields.submission_id, idempotencyKey].filter((id) => id);
  const [id, other = id] = ids;
  if (id === undefined || other === undefined) return undefined;
  if (!isUuid(id) || other.toLowerCase() !== id.toLowerCase()) {
    throw createError(400, 'The submission id must be one UUID. Please open the form again.');
  }
  return id.toLowerCase();
}
