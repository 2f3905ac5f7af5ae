import type { Records } from './records';
import { isSuccess, type ClientEntry } from './load';
import type { Received } from './mailbox';
import { promises, repeated, type Broken } from './reconcile';
import type { Target } from './targets/target';

const shownProblems = 10;

export function progress(targets: Target[], clients: ClientEntry[], mails: Received[]): string {
  const kills = targets.reduce((sum, { outages }) => sum + outages.length, 0);
  return `${kills} kills · ${clients.length} submissions · ${answers(clients)} · ${mails.length} emails`;
}

/** The four records, and each promise with what broke it. */
export function report(records: Records, broken: Broken): string {
  const { clients, leads, outbox, objects, mails, outages } = records;
  const acknowledged = clients.filter((client) => client.answers.some(isSuccess));
  const stored = new Set(leads.map(({ email }) => email));
  const gaveUp = clients.filter((client) => !acknowledged.includes(client));
  const kept = gaveUp.filter(({ submission }) => stored.has(submission.email));
  const sent = outbox.filter(({ state }) => state === 'SENT');
  const distinct = new Set(mails.map(({ messageId }) => messageId));
  const killed = [...outages].map(([name, each]) => `${name} ${each.length}`);
  const lines: [string, string][] = [
    ['kills', killed.join(', ')],
    [
      'clients',
      `${clients.length} submissions: ${acknowledged.length} acknowledged, ${gaveUp.length} given up (${kept.length} of them stored)`,
    ],
    ['', `answers: ${answers(clients)}`],
    ['rows', `${leads.length} leads, ${outbox.length} emails queued, ${sent.length} of them SENT`],
    ['objects', `${objects.size}, ${objects.size - leads.length} of them without a lead`],
    [
      'emails',
      `${mails.length} received, ${distinct.size} different, ${repeated(mails).length} repeated`,
    ],
    ...promises.map((name): [string, string] => [name, String(broken[name].length)]),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  const problems = Object.values(broken).flatMap((each) => each.slice(0, shownProblems));
  return [...lines.map(([name, text]) => `${name.padEnd(width)}  ${text}`), ...problems].join('\n');
}

function answers(clients: ClientEntry[]): string {
  const counts = new Map<string, number>();
  for (const answer of clients.flatMap((client) => client.answers)) {
    counts.set(String(answer), (counts.get(String(answer)) ?? 0) + 1);
  }
  return [...counts]
    .sort()
    .map(([answer, count]) => `${answer}: ${count}`)
    .join(', ');
}
