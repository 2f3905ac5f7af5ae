import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

export interface Range {
  /** The newest lead is number 1. */
  from: number;
  to: number;
}

/** In the order of the values in `copyRow`. */
export const columns =
  'id, first_name, last_name, email, state, flagged_reason, resume_key, resume_filename, ' +
  'resume_type, resume_bytes, resume_sha256, created_at, updated_at, reached_out_at, ' +
  'reached_out_by, assigned_to, search_text, sort_name';

const minutesBetween = 5; // a busy firm: 288 a day, so that a million is nearly ten years
const rowsAtOnce = 5000;
const none = '\\N'; // null in COPY's text format

const firstNames = 'Anna Maria Zoë Paul Omar Lin Chidi Olga Ravi Sean'.split(' ');
const lastNames = 'Müller Smith García Nguyễn Kowalski Okafor Tanaka Silva'.split(' ');

/** Writes leads in COPY's text format. Four in five are reached out to, one in 97 is flagged. */
export async function writeLeads(file: string, { from, to }: Range, account: string) {
  const target = createWriteStream(file);
  for (let first = from; first <= to; first += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, to - first + 1);
    const rows = Array.from({ length: count }, (_, i) => copyRow(first + i, account));
    if (!target.write(rows.join(''))) await once(target, 'drain');
  }
  target.end();
  await finished(target);
}

/** Names repeat as in life: most are common, one in ten thousand leads has a rare one. */
function copyRow(i: number, account: string): string {
  const id = randomUUID();
  const first = firstNames[(i * 7) % firstNames.length] ?? '';
  const common = `${lastNames[(i * 11) % lastNames.length] ?? ''}${Math.floor(i / 50)}`;
  const last = i % 10_000 === 77 ? 'Quixwell' : common;
  const email = `${last.toLowerCase()}${i}@example.com`;
  const receivedMs = Date.now() - i * minutesBetween * 60_000;
  const received = new Date(receivedMs).toISOString();
  const isDone = i % 5 > 0;
  const reachedOut = new Date(receivedMs + 5 * 3_600_000).toISOString();
  const values = [
    ...[id, first, last, email, isDone ? 'REACHED_OUT' : 'PENDING'],
    ...[i % 97 === 0 ? 'honeypot' : none, `resumes/${id}`, 'resume.pdf', 'pdf', 100_000],
    ...['0'.repeat(64), received, received, isDone ? reachedOut : none, isDone ? account : none],
    ...[i % 7 === 0 ? account : none, fold(` ${first} ${last} ${email} ${id.slice(0, 8)}`)],
    fold(`${last} ${first}`),
  ];
  return `${values.join('\t')}\n`;
}

/** As the trigger leads_fill_search folds these names; `fillLeads` checks a sample. */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
