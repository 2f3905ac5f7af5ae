import type { Knex } from 'knex';
import { reference, repairLeads } from './repair-leads';

/**
 * A regular expression of Postgres: control characters, line breaks, and characters that change the
 * text direction, as the form refuses them (`unfit` in fields.ts).
 */
export const unfit = '[\\u0001-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]';

const columns = ['first_name', 'last_name', 'email', 'resume_filename'];

/** What of a lead must be free of them, as one text. */
export const texts = (lead: string) =>
  `(${columns.map((column) => `${lead}.${column}`).join(' || ')})`;

const batchLeads = 200;
const firstId = '00000000-0000-0000-0000-000000000000';

/** Replaces such characters by spaces, and prints the references of the leads that it changed. */
export async function repairTexts(knex: Knex): Promise<void> {
  let repaired = 0;
  for (let after = firstId; ;) {
    const ids = await knex('leads')
      .where('id', '>', after)
      .whereRaw(`${texts('leads')} ~ '${unfit}'`)
      .orderBy('id')
      .limit(batchLeads)
      .pluck<string[]>('id');
    const last = ids.at(-1);
    if (last === undefined) break;
    await repairLeads(
      knex,
      `update leads set ${columns
        .map((column) => `${column} = regexp_replace(${column}, '${unfit}', ' ', 'g')`)
        .join(', ')} where id in (${ids.map((id) => `'${id}'`).join(', ')})`,
    );
    console.log(`Replaced control characters by spaces in ${ids.map(reference).join(', ')}.`);
    repaired += ids.length;
    after = last;
  }
  if (repaired > 0) console.log(`Leads with control characters: ${repaired}.`);
}
