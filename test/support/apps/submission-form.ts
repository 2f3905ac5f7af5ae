import { minimalPdf } from './public-app';

interface Submission {
  last_name?: string;
  email?: string;
  resume?: BlobPart[];
}

/** Returns a valid submission, as `fetch` sends it. */
export function submissionForm({
  last_name = 'Lee',
  email = 'ann@example.com',
  resume = [minimalPdf],
}: Submission = {}): FormData {
  const form = new FormData();
  const fields = { first_name: 'Ann', last_name, email };
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('resume', new Blob(resume), 'cv.pdf');
  return form;
}
