import { contentType, submissionBody } from './submission-body';

/** Submits one lead with a resume of that size, and returns the lead's id. */
export async function submit(port: number, resumeBytes: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/leads`, {
    method: 'POST',
    headers: { 'Content-Type': contentType, Accept: 'application/json' },
    body: Buffer.concat(submissionBody(resumeBytes).next()),
  });
  if (!response.ok) throw new Error(`The submission was refused with ${response.status}`);
  return ((await response.json()) as { id: string }).id;
}
