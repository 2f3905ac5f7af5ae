import type { Knex } from 'knex';
import { extensionPrefix } from './extensions';

/** Batches are transactions of their own, so that nobody waits for all of them. */
export const config = { transaction: false };

const batchLeads = 1000;
const progressLeads = 20_000;
const firstId = '00000000-0000-0000-0000-000000000000';

// What a search passes over, after NFKD: combining marks (but not vowels), invisible characters,
// letters drawn longer, and the many characters for an apostrophe or a quotation mark.
const passedOver = [
  '\\u0300-\\u036f\\u0483-\\u0487\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f',
  '\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7', // Hebrew, without the maqaf
  '\\u0610-\\u061a\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8\\u06ea-\\u06ed',
  '\\u0711\\u0730-\\u074a', // Syriac
  '\\u093c\\u09bc\\u0a3c\\u0abc\\u0b3c\\u0cbc', // nukta
  '\\u09cd\\u0d4d', // virama, where one letter has a form with it and a form without
  '\\u0640\\u07fa', // tatweel
  '\\u00ad\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e',
  '\\u2060-\\u206f\\ufe00-\\ufe0f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e0fff',
  "''`\\u02b9-\\u02bf\\u02c8\\u055a\\u05f3\\u2018-\\u201b\\u2032\\ua78b\\ua78c",
  '"\\u05f4\\u201c-\\u201f',
].join('');

// What stands between the parts of a name: white space, dashes, commas and middle dots.
const separators = [
  '-\\s\\u1680\\u02d7\\u058a\\u05be\\u1806\\u2010-\\u2015\\u2043\\u2053\\u2212\\u2e17\\u2e1a',
  '\\u2e3a\\u2e3b\\u2e40\\u301c\\u3030\\u30a0',
  ',;\\u055d\\u060c\\u061b\\u3001',
  '\\u00b7\\u2022\\u2027\\u22c5\\u30fb',
].join('');

// Letters that are typed for one another, or that are the same in another encoding. The Arabic ones
// are those of Lucene's ArabicNormalizer and PersianNormalizer.
const sameLetters = [
  ['ς', 'σ'],
  ['کڪ', 'كك'],
  ['یىے', 'ييي'],
  ['ٱ', 'ا'],
  ['ةہھەۃ', 'ههههه'],
  ['ँ', 'ं'], // Devanagari chandrabindu and anusvara
  ['ৎ', 'ত'],
  ['ൺൻർൽൾൿ', 'ണനരലളക'],
  ['髙﨑𠮷', '高崎吉'],
];
const [letters, sameAs] = [0, 1].map((side) => sameLetters.map((pair) => pair[side]).join(''));

/** Two characters that look like one. */
const pairs = [
  ['เเ', 'แ'], // Thai
  ['ເເ', 'ແ'], // Lao
  ['וו', 'װ'],
  ['וי', 'ױ'],
  ['יי', 'ײ'],
] as const;

const joinPairs = (text: string) =>
  pairs.reduce((inner, [two, one]) => `replace(${inner}, '${two}', '${one}')`, text);

// Where names are written without a space, the family name stands first.
const searchText = (lead: string) => `lead_search_text(' ' || ${lead}.first_name || ' '
  || ${lead}.last_name || case when ${lead}.last_name ~ '[\\u1100-\\u11ff\\u3040-\\u9fff\\uac00-\\ud7af]'
    then ' ' || ${lead}.last_name || ${lead}.first_name else '' end
  || ' ' || ${lead}.email || ' ' || left(${lead}.id::text, 8))`;

// One character may become eighteen; page addresses carry this.
const sortName = (lead: string) =>
  `left(ltrim(lead_search_text(${lead}.last_name || ' ' || ${lead}.first_name)), 200)`;

/**
 * Finds a name that looks the same as what was typed, whatever characters it is made of. Leads that
 * are there are indexed anew, in batches: a run that was broken off is repeated, and passes over what
 * is done.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.transaction(replaceFunctions);
  await indexAnew(knex);
}

async function replaceFunctions(trx: Knex): Promise<void> {
  const ofUnaccent = await extensionPrefix(trx, 'unaccent');
  await trx.raw(`
    -- Without case, accents and whatever else does not tell names apart, in any script; Hangul and
    -- kana are whole again after the second normalisation. One space separates parts of names.
    create or replace function lead_search_text(words text) returns text
      language sql stable parallel safe set search_path = pg_catalog, public, pg_temp as $$
      select ${joinPairs(`translate(lower(${ofUnaccent}unaccent(normalize(regexp_replace(
        regexp_replace(normalize(translate(words, '´', ''), NFKD), '[${passedOver}]', '', 'g'),
        '[${separators}]+', ' ', 'g'), NFC))), '${letters}', '${sameAs}')`)}
    $$;

    create or replace function lead_search_pattern(term text) returns text
      language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
      select case when char_length(found) < 3 then '% ' else '%' end
        || regexp_replace(nullif(found, ''), '([\\\\%_])', '\\\\\\1', 'g') || '%'
      from btrim(lead_search_text(term)) as found
    $$;

    create or replace function leads_fill_search() returns trigger
      language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
    begin
      new.search_text := ${searchText('new')};
      new.sort_name := ${sortName('new')};
      return new;
    end $$;

    -- A lead whose words are indexed anew has not changed.
    create or replace function leads_touch() returns trigger language plpgsql as $$
    begin
      if (new.search_text, new.sort_name) is not distinct from (old.search_text, old.sort_name)
        or (new.first_name, new.last_name, new.email)
          is distinct from (old.first_name, old.last_name, old.email)
      then
        new.updated_at := now();
      end if;
      return new;
    end $$;
  `);
}

/** Holds locks on the leads of one batch at a time, and only on those that it changes. */
async function indexAnew(knex: Knex): Promise<void> {
  let done = 0;
  let batch = await indexBatch(knex, firstId);
  while (batch.leads > 0) {
    done += batch.leads;
    if (done % progressLeads === 0) console.log(`${done} leads are indexed anew for the search.`);
    batch = await indexBatch(knex, batch.last);
  }
}

async function indexBatch(knex: Knex, after: string): Promise<{ leads: number; last: string }> {
  const { rows } = await knex.raw<{ rows: [{ leads: number; last: string }] }>(
    `with batch as materialized (
      select id, ${searchText('leads')} as search_text, ${sortName('leads')} as sort_name
      from leads where id > ? order by id limit ${batchLeads}
    ), changed as (
      update leads set search_text = batch.search_text, sort_name = batch.sort_name
      from batch where leads.id = batch.id and (leads.search_text, leads.sort_name)
        is distinct from (batch.search_text, batch.sort_name)
    )
    select count(*)::integer as leads, max(id::text) as last from batch`,
    [after],
  );
  return rows[0];
}

/** An earlier version works with the search's functions too, but could not undo 006 with this one. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create or replace function leads_touch() returns trigger language plpgsql as $$
    begin
      new.updated_at := now();
      return new;
    end $$;
  `);
}
