import { contentType, submissionBody } from './submission-body';

/** Submits one lead with a resume of that size, and answers the lead's id. */
export async function submit(port: number, resumeBytes: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/leads`, {
    method: 'POST',
    headers: { 'Content-Type': contentType, Accept: 'application/json' },
    body: Buffer.concat(submissionBody(resumeBytes).next()),
  });
  if (!answer.ok) throw new Error(`The submission was answered with ${answer.status}`);
  return ((await answer.json()) as { id: string }).id;
}
