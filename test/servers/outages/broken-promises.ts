import { reconcile } from '../crash/reconcile';
import { wasServed, type SeenAnswer } from './responses';
import type { Measured, Row } from './measure';

const answersWithinMs = 5000;
const recoversWithinMs = 10_000;
const leaseMs = 30_000; // of an email that was sent but could not be recorded
const growsMebibytes = 64; // a leak of every request is more, garbage of the last ones less

/** The promises that are broken on any machine. */
export function brokenRules({ fault, public: form, worklist, ...row }: Row): string[] {
  const { worklistToo = false, failsFor = () => false } = fault;
  const problems = [...row.problems];
  const expectsRefusals = fault.meanwhile === 'refusals';
  problems.push(...oddAnswers('form', form, expectsRefusals));
  problems.push(...oddAnswers('worklist', worklist, worklistToo));
  if (expectsRefusals && !form.during.some(isRefusal)) problems.push('nothing was refused');
  if (!expectsRefusals && !form.during.some(wasServed)) {
    problems.push('nothing was taken');
  }
  if (!Number.isFinite(form.recoveredMs)) problems.push('the form did not recover');
  if (!Number.isFinite(worklist.recoveredMs)) problems.push('the worklist did not recover');
  for (const address of row.failedFor) {
    if (!failsFor(address)) problems.push(`an email to ${address} failed`);
  }
  if (fault.failsFor && row.failedFor.length === 0) problems.push('no email failed');
  problems.push(...Object.values(reconcile(row.records)).flat());
  return problems;
}

/** The bounds of time and memory that are exceeded; `baselineMs` is what this machine takes anyway. */
export function brokenBounds({ fault, public: form, worklist, ...row }: Row, baselineMs: number) {
  const { worklistToo, owesRepliesMs = 0 } = fault;
  const mailsWithinMs = recoversWithinMs + (worklistToo ? leaseMs : 0) + owesRepliesMs;
  const bounds: [string, number, number][] = [
    ['slowest answer', form.slowestMs, answersWithinMs + baselineMs],
    ['slowest answer of the worklist', worklist.slowestMs, answersWithinMs + baselineMs],
    ['recovery', form.recoveredMs, recoversWithinMs + baselineMs],
    ['recovery of the worklist', worklist.recoveredMs, recoversWithinMs + baselineMs],
    ['emails', row.mailedMs, mailsWithinMs + baselineMs],
    ['growth in MiB', row.grownMebibytes, growsMebibytes],
  ];
  return bounds
    .filter(([, value, bound]) => value > bound)
    .map(([name, value, bound]) => `${name}: ${value}, more than ${bound}`);
}

function oddAnswers(who: string, { during }: Measured, mayRefuse: boolean): string[] {
  const allowed = [200, 201, 303, ...(mayRefuse ? [503] : [])];
  return during.flatMap((each) => {
    if (each.hasLeft) return [];
    if (each.lacks) return [`${who}: 503 with ${each.lacks}`];
    return allowed.includes(Number(each.answer)) ? [] : [`${who}: answer ${each.answer}`];
  });
}

function isRefusal({ answer }: SeenAnswer): boolean {
  return answer === 503;
}
