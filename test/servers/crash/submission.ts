import { createHash, randomUUID } from 'node:crypto';
import { buildOle } from '../../fixtures/build-ole';
import { buildZip, odtParts, wordParts } from '../../fixtures/build-zip';

/** What one prospect sends, once or several times. */
export interface Submission {
  id: string;
  firstName: string;
  lastName: string;
  email: string;
  filename: string;
  resume: Buffer;
  sha256: string;
  json: boolean;
}

/** The status, or `nothing` if the connection ended without an answer. */
export type Answer = number | 'nothing';

const kinds: Record<string, (text: string) => Buffer> = {
  pdf: (text) => Buffer.from(`%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n% ${text}\n%%EOF\n`),
  txt: (text) => Buffer.from(`Resume of ${text}\n`),
  rtf: (text) => Buffer.from(`{\\rtf1 Resume of ${text}}`),
  docx: (text) => buildZip([...wordParts(), { name: 'docProps/title', content: text }]),
  odt: (text) => buildZip([...odtParts(), { name: 'meta.xml', content: text }]),
  doc: (text) =>
    Buffer.concat([
      buildOle([{ name: 'Root Entry', child: 1 }, { name: 'WordDocument' }]),
      Buffer.alloc(512, text),
    ]),
};

/** The `n`th submission: small and valid, with an address and a resume of its own. */
export function aSubmission(n: number): Submission {
  const id = randomUUID();
  const extensions = Object.keys(kinds);
  const extension = extensions[n % extensions.length]!;
  const resume = kinds[extension]!(`${n} ${id}`);
  return {
    id,
    firstName: 'Ann',
    lastName: `Lee ${n}`,
    email: `ann.lee.${n}@example.com`,
    filename: `resume-${n}.${extension}`,
    resume,
    sha256: createHash('sha256').update(resume).digest('hex'),
    json: n % 2 === 0,
  };
}

/**
 * Sends it as a browser or a program does; `signal` is the client going away, and `look` sees the
 * answer as a whole.
 */
export async function send(
  port: number,
  submission: Submission,
  signal: AbortSignal = AbortSignal.timeout(20_000),
  look?: (answer: Response, text: string) => void,
): Promise<Answer> {
  const form = new FormData();
  form.set('first_name', submission.firstName);
  form.set('last_name', submission.lastName);
  form.set('email', submission.email);
  form.set('submission_id', submission.id);
  form.set('resume', new Blob([new Uint8Array(submission.resume)]), submission.filename);
  const headers = { accept: submission.json ? 'application/json' : 'text/html' };
  const url = `http://127.0.0.1:${port}/leads`;
  try {
    const request = { method: 'POST', headers, body: form, signal, redirect: 'manual' } as const;
    const answer = await fetch(url, request);
    const text = await answer.text();
    look?.(answer, text);
    if (isOfAnother(submission, answer, text)) return 0;
    return answer.status;
  } catch {
    return 'nothing';
  }
}

/** A success that names another submission does not count. */
function isOfAnother({ id }: Submission, { status, headers }: Response, text: string): boolean {
  if (status === 201) return (JSON.parse(text) as { id: string }).id !== id;
  return status === 303 && headers.get('location') !== `/thank-you?reference=${id.slice(0, 8)}`;
}
