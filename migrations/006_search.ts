import type { Knex } from 'knex';
import { openExtension } from './extensions';

/**
 * What the worklist searches and sorts by, filled by the owner's trigger: a generated column would
 * need functions that the public role may not call.
 */
export async function up(knex: Knex): Promise<void> {
  const ofTrigrams = await openExtension(knex, 'pg_trgm');
  const ofUnaccent = await openExtension(knex, 'unaccent');
  await knex.raw(`
    -- Without case, accents and other marks, in any script; Hangul and kana are whole again after
    -- the second normalisation.
    create function lead_search_text(words text) returns text
      language sql stable parallel safe set search_path = pg_catalog, public, pg_temp as $$
      select translate(lower(${ofUnaccent}unaccent(normalize(regexp_replace(normalize(words, NFKD),
        '[\\u0300-\\u036f\\u0591-\\u05c7\\u064b-\\u065f\\u0670]', '', 'g'), NFC))), 'ς', 'σ')
    $$;
    revoke all on function lead_search_text from public;

    -- For LIKE: any part of a word, or its beginning when the term has fewer than the three
    -- characters that the trigram index needs. Null when the term has none but marks.
    create function lead_search_pattern(term text) returns text
      language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
      select case when char_length(found) < 3 then '% ' else '%' end
        || regexp_replace(nullif(found, ''), '([\\\\%_])', '\\\\\\1', 'g') || '%'
      from lead_search_text(term) as found
    $$;
    revoke all on function lead_search_pattern from public;
    grant execute on function lead_search_pattern to lead_internal;

    alter table leads add column search_text text, add column sort_name text collate "C";

    create function leads_fill_search() returns trigger
      language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
    declare
      -- Where names are written without a space, the family name stands first.
      unspaced text := case when new.last_name ~ '[\\u1100-\\u11ff\\u3040-\\u9fff\\uac00-\\ud7af]'
        then ' ' || new.last_name || new.first_name else '' end;
    begin
      new.search_text := lead_search_text(' ' || new.first_name || ' ' || new.last_name || unspaced
        || ' ' || new.email || ' ' || left(new.id::text, 8));
      -- One character may become eighteen; page addresses carry this.
      new.sort_name := left(lead_search_text(new.last_name || ' ' || new.first_name), 200);
      return new;
    end $$;
    revoke all on function leads_fill_search from public;
    create trigger leads_fill_search before insert or update of first_name, last_name, email
      on leads for each row execute function leads_fill_search();

    alter table leads disable trigger leads_touch;
    update leads set first_name = first_name;
    alter table leads enable trigger leads_touch;
    alter table leads alter column search_text set not null, alter column sort_name set not null;

    create index leads_search on leads using gin (search_text ${ofTrigrams}gin_trgm_ops);
    drop index leads_by_last_name;
    create index leads_by_name on leads (sort_name, created_at, id) where flagged_reason is null;
    create index leads_flagged_by_state on leads (state, created_at, id)
      where flagged_reason is not null;
    create index leads_by_assignee on leads (assigned_to, state, created_at, id)
      where flagged_reason is null and assigned_to is not null;
    create index leads_by_outreach on leads (reached_out_at) include (created_at)
      where flagged_reason is null and reached_out_at is not null;
    create index outbox_sent on outbox (kind, sent_at) where state = 'SENT';
    create index outbox_by_state on outbox (state, created_at, id);
    create index audit_events_by_actor on audit_events (actor, at, id);
    create index audit_events_by_action on audit_events (action, at, id);
  `);
}

/** The extensions stay: they may have been there before. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index audit_events_by_action;
    drop index audit_events_by_actor;
    drop index leads_flagged_by_state;
    drop index outbox_by_state;
    drop index outbox_sent;
    drop index leads_by_outreach;
    drop index leads_by_assignee;
    drop index leads_by_name;
    drop index leads_search;
    create index leads_by_last_name on leads (last_name, created_at, id) where flagged_reason is null;
    drop trigger leads_fill_search on leads;
    drop function leads_fill_search;
    alter table leads drop column search_text, drop column sort_name;
    drop function lead_search_pattern;
    drop function lead_search_text;
  `);
}
