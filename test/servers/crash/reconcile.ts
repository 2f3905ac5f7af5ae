import type { LeadRecord, Records, OutboxRecord } from './records';
import { isSuccess, type ClientEntry } from './load';
import type { Received } from './mailbox';
import type { Submission } from './submission';

// From the 250 to the commit of SENT, and how long a killed process may live on.
const slackMs = 1000;
const dyingMs = 100;

export const promises = [
  'acknowledged leads lost',
  'leads that are partial',
  'leads doubled',
  'emails not sent',
  'emails doubled without a crash',
  'unexpected answers',
] as const;

/** For each promise, how it was broken. */
export type Broken = Record<(typeof promises)[number], string[]>;

export function reconcile(records: Records): Broken {
  const { clients, leads } = records;
  const rows = groupBy(leads, ({ email }) => email);
  const broken: Broken = {
    'acknowledged leads lost': [],
    'leads that are partial': [],
    'leads doubled': [],
    'emails not sent': unsent(records),
    'emails doubled without a crash': doubled(records),
    'unexpected answers': clients.flatMap(oddAnswers),
  };
  for (const { submission, answers } of clients) {
    const { id, email } = submission;
    const found = rows.get(email) ?? [];
    rows.delete(email);
    if (found.length > 1) broken['leads doubled'].push(`${id} has ${found.length} rows`);
    if (answers.some(isSuccess) && !found.some((row) => row.id === id)) {
      broken['acknowledged leads lost'].push(id);
    }
    for (const row of found) {
      const lacks = lacking(row, submission, records);
      if (lacks) broken['leads that are partial'].push(`${row.id}: ${lacks}`);
    }
  }
  for (const [email] of rows) broken['leads doubled'].push(`${email} was never sent`);
  return broken;
}

/** What a row lacks: its text, its object or its pair of emails. */
function lacking(row: LeadRecord, sent: Submission, { objects, outbox }: Records) {
  const mails = outbox.filter(({ lead_id }) => lead_id === row.id);
  if (row.first_name !== sent.firstName || row.last_name !== sent.lastName) return 'other text';
  if (row.resume_sha256 !== sent.sha256) return 'the hash of another file';
  if (Number(row.resume_bytes) !== sent.resume.length) return 'the size of another file';
  if (!objects.has(row.resume_key)) return 'no object';
  if (objects.get(row.resume_key) !== sent.sha256) return 'an object with other content';
  const kinds = mails.map(({ kind }) => kind).sort();
  return kinds.join() === 'ACKNOWLEDGEMENT,NOTIFICATION' ? undefined : `emails: ${kinds.join()}`;
}

function unsent(records: Records): string[] {
  const { leads, outbox, mails } = records;
  const emails = new Map(leads.map(({ id, email }) => [id, email]));
  const received = groupBy(mails, ({ messageId }) => messageId.split('@')[0]!);
  const problem = ({ id, kind, state, lead_id }: OutboxRecord) => {
    const copies = received.get(id) ?? [];
    // Confirmed by nobody: that takes a crash, and the email is there nevertheless.
    const isUnconfirmed = state === 'UNKNOWN' && copies.some((copy) => isExplained(copy, records));
    if (state !== 'SENT' && !isUnconfirmed) return `is ${state}`;
    const expected = kind === 'ACKNOWLEDGEMENT' ? [emails.get(lead_id)] : attorneys;
    const reached = new Set(copies.map(({ recipient }) => recipient));
    const isRight =
      reached.size === expected.length && expected.every((each) => reached.has(each!));
    return isRight ? undefined : `is ${state} and went to ${[...reached].join() || 'nobody'}`;
  };
  return outbox.flatMap((mail) => {
    const found = problem(mail);
    return found ? [`${mail.kind} ${mail.id} ${found}`] : [];
  });
}

export const attorneys = ['attorney@lee.example', 'partner@lee.example', 'clerk@lee.example'];

/** An email may come twice only if a crash came before the record of its 250. */
function doubled(records: Records): string[] {
  const { outbox, mails } = records;
  const known = new Set(outbox.map(({ id }) => id));
  const unknown = mails.filter(({ messageId }) => !known.has(messageId.split('@')[0]!));
  const unexplained = repeated(mails).filter((mail) => !isExplained(mail, records));
  return [
    ...unknown.map(({ messageId }) => `${messageId} belongs to no email`),
    ...unexplained.map(({ messageId }) => `${messageId} was repeated, and nothing had crashed`),
  ];
}

/** Whether its sender was killed, or had no database, before it could record the email. */
function isExplained({ sender, at, repliedAt }: Received, { outages }: Records): boolean {
  const wasKilled = outages
    .get(sender)
    ?.some(({ from }) => from >= at - dyingMs && from <= repliedAt + slackMs);
  const hadNoDatabase = outages
    .get('postgres')
    ?.some(({ from, to }) => from <= repliedAt + slackMs && to >= at);
  return wasKilled === true || hadNoDatabase === true;
}

/** Every email but the last that a recipient got under the same Message-ID. */
export function repeated(mails: Received[]): Received[] {
  const keyOf = ({ messageId, recipient }: Received) => `${messageId} ${recipient}`;
  return [...groupBy(mails, keyOf).values()].flatMap((same) =>
    same.sort((a, b) => a.at - b.at).slice(0, -1),
  );
}

function oddAnswers({ submission, answers }: ClientEntry): string[] {
  const odd = answers.filter((answer) => ![201, 303, 503, 'nothing'].includes(answer));
  return odd.map((answer) => `${submission.id} was answered ${answer}`);
}

function groupBy<T>(list: T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of list) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
