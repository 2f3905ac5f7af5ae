import type { Knex } from 'knex';
import { extensionPrefix } from './extensions';
import { lockBriefly } from './lock-briefly';
import { apostrophes, inOneSpelling, passedOver, separators } from './look-alikes';

/** Batches are transactions of their own, so that nobody waits for all of them. */
export const config = { transaction: false };

const batchLeads = 1000;
const progressLeads = 20_000;
const firstId = '00000000-0000-0000-0000-000000000000';

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
  // No batch sees a lead whose insert began before, with the earlier functions, and has not ended.
  await lockBriefly(knex, 'lock table leads in share mode');
  await indexAnew(knex);
}

async function replaceFunctions(trx: Knex): Promise<void> {
  const ofUnaccent = await extensionPrefix(trx, 'unaccent');
  await trx.raw(`
    -- Without case, accents and whatever else does not tell names apart, in any script; Hangul and
    -- kana are whole again after the second normalisation. One space separates parts of names.
    create or replace function lead_search_text(words text) returns text
      language sql stable parallel safe set search_path = pg_catalog, public, pg_temp as $$
      select ${inOneSpelling(`lower(${ofUnaccent}unaccent(normalize(regexp_replace(
        regexp_replace(normalize(translate(words, '゛゜${apostrophes}', '\u3099\u309a'), NFKD),
        '[${passedOver}]', '', 'g'), '[${separators}]+', ' ', 'g'), NFC)))`)}
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
