import { isSuccess } from '../crash/load';
import { send, type Answer, type Submission } from '../crash/submission';

/** What became of one request. */
export interface SeenAnswer {
  /** In milliseconds since 1970. */
  from: number;
  to: number;
  answer: Answer;
  /** What a 503 should have carried and did not. */
  lacks: string | undefined;
  /** Whether the client itself went away. */
  hasLeft: boolean;
}

export interface Watch {
  seen: SeenAnswer[];
  send: typeof send;
}

/** Sends submissions, and inspects the answers more closely than their senders do. */
export function watchAnswers(): Watch {
  const seen: SeenAnswer[] = [];
  return {
    seen,
    async send(port, submission, signal) {
      const from = Date.now();
      let lacks: string | undefined;
      const answer = await send(port, submission, signal, (response, text) => {
        lacks = lacking(submission, response, text);
      });
      seen.push({
        from,
        to: Date.now(),
        answer,
        lacks,
        hasLeft: answer === 'nothing' && signal?.aborted === true,
      });
      return answer;
    },
  };
}

function lacking(sent: Submission, { status, headers }: Response, text: string) {
  if (status !== 503) return undefined;
  if (!Number(headers.get('retry-after'))) return 'no Retry-After';
  if (sent.json) return undefined;
  const kept = [sent.firstName, sent.lastName, sent.email, sent.id];
  return kept.every((value) => text.includes(`value="${value}"`)) ? undefined : 'no text kept';
}

/** Whether a submission was stored, or a page was served. */
export function wasServed({ answer }: SeenAnswer): boolean {
  return isSuccess(answer) || answer === 200;
}

/** The time to the end of the last failure, or to the first success if nothing failed any more. */
export function recoveryMs(seen: SeenAnswer[], end: number): number {
  const after = seen.filter(({ from, hasLeft }) => from >= end && !hasLeft);
  const failures = after.filter((each) => !wasServed(each));
  const taken = after.filter(wasServed).map(({ to }) => to);
  const last = Math.max(Math.min(...taken), ...failures.map(({ to }) => to));
  return last - end;
}

/** How often each answer was given: `201: 12, 503: 3`. */
export function countAnswers(seen: SeenAnswer[]): string {
  const counts = new Map<string, number>();
  for (const { answer, hasLeft } of seen) {
    const name = hasLeft ? 'left' : String(answer);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .sort()
    .map(([name, count]) => `${name}: ${count}`)
    .join(', ');
}
