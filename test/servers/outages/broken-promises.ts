import { reconcile } from '../crash/reconcile';
import { wasServed, type SeenAnswer } from './responses';
import type { Measured, Row } from './measure';

const answersWithinMs = 5000;
const recoversWithinMs = 10_000;
const leaseMs = 30_000; // of a mail that was sent and could not be recorded
const growsMebibytes = 64; // a leak of every request kept is more, garbage of the last ones less

/** What breaks a promise whatever the machine. */
export function brokenRules({ fault, public: form, desk, ...row }: Row): string[] {
  const { deskToo = false, failsFor = () => false } = fault;
  const problems = [...row.problems];
  const expectsRefusals = fault.meanwhile === 'refusals';
  problems.push(...oddAnswers('form', form, expectsRefusals));
  problems.push(...oddAnswers('desk', desk, deskToo));
  if (expectsRefusals && !form.during.some(isRefusal)) problems.push('nothing was refused');
  if (!expectsRefusals && !form.during.some(wasServed)) {
    problems.push('nothing was taken');
  }
  if (!Number.isFinite(form.recoveredMs)) problems.push('the form did not recover');
  if (!Number.isFinite(desk.recoveredMs)) problems.push('the desk did not recover');
  for (const address of row.failedFor) {
    if (!failsFor(address)) problems.push(`a mail to ${address} failed`);
  }
  if (fault.failsFor && row.failedFor.length === 0) problems.push('no mail failed');
  problems.push(...Object.values(reconcile(row.records)).flat());
  return problems;
}

/** What takes longer, or more, than promised; `baselineMs` is what this machine takes anyway. */
export function brokenBounds({ fault, public: form, desk, ...row }: Row, baselineMs: number) {
  const mailsWithinMs = recoversWithinMs + (fault.deskToo ? leaseMs : 0);
  const bounds: [string, number, number][] = [
    ['slowest answer', form.slowestMs, answersWithinMs + baselineMs],
    ['slowest answer at the desk', desk.slowestMs, answersWithinMs + baselineMs],
    ['recovery', form.recoveredMs, recoversWithinMs + baselineMs],
    ['recovery of the desk', desk.recoveredMs, recoversWithinMs + baselineMs],
    ['mails', row.mailedMs, mailsWithinMs + baselineMs],
    ['growth in MiB', row.grownMebibytes, growsMebibytes],
  ];
  return bounds
    .filter(([, value, bound]) => value > bound)
    .map(([name, value, bound]) => `${name}: ${value}, and not ${bound} at most`);
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
