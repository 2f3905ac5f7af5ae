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

function unsent({ leads, outbox, mails }: Records): string[] {
  const emails = new Map(leads.map(({ id, email }) => [id, email]));
  const received = new Map(mails.map((mail) => [mail.messageId.split('@')[0], mail]));
  const problem = ({ id, kind, state, lead_id }: OutboxRecord) => {
    if (state !== 'SENT') return `is ${state}`;
    const mail = received.get(id);
    if (!mail) return 'is SENT and was never received';
    const address = kind === 'ACKNOWLEDGEMENT' ? emails.get(lead_id) : attorney;
    return mail.recipients === address ? undefined : 'went to somebody else';
  };
  return outbox.flatMap((mail) => {
    const found = problem(mail);
    return found ? [`${mail.kind} ${mail.id} ${found}`] : [];
  });
}

export const attorney = 'attorney@lee.example';

/** An email may come twice only if a crash came between its 250 and the record of it. */
function doubled({ outbox, mails, outages }: Records): string[] {
  const known = new Set(outbox.map(({ id }) => id));
  const unknown = mails.filter(({ messageId }) => !known.has(messageId.split('@')[0]!));
  const wasKilled = ({ sender, at }: Received) =>
    outages.get(sender)?.some(({ from }) => from >= at - dyingMs && from <= at + slackMs);
  const hadNoDatabase = ({ at }: Received) =>
    outages.get('postgres')?.some(({ from, to }) => from <= at + slackMs && to >= at);
  const unexplained = repeated(mails).filter((mail) => !wasKilled(mail) && !hadNoDatabase(mail));
  return [
    ...unknown.map(({ messageId }) => `${messageId} belongs to no email`),
    ...unexplained.map(({ messageId }) => `${messageId} was repeated, and nothing had crashed`),
  ];
}

/** Every email but the last under the same Message-ID. */
export function repeated(mails: Received[]): Received[] {
  return [...groupBy(mails, ({ messageId }) => messageId).values()].flatMap((same) =>
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
