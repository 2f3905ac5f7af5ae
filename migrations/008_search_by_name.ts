import type { Knex } from 'knex';
import { extensionPrefix } from './extensions';

// As common/lead-search.ts asks for it.
const tornText = `replace(search_text, rpad(sort_name, 3, E'\\n') collate "default",
  left(sort_name, 2) || E'\\n' || substr(sort_name, 2, 2) collate "default")`;

/**
 * For a page, by name, of many leads that are found. The statistics are its own, because the
 * planner does not take those of an index on trigrams. Leads that it knows to be none it would look
 * through one by one, in each connection until the next analysis, when there are thousands.
 */
export async function up(knex: Knex): Promise<void> {
  const ofTrigrams = await extensionPrefix(knex, 'pg_trgm');
  await knex.raw(`
    create index leads_search_torn on leads using gin ((${tornText}) ${ofTrigrams}gin_trgm_ops)
      where flagged_reason is null;
    create statistics leads_torn on (${tornText}) from leads;
    do $$ begin if exists (select from leads) then analyze leads; end if; end $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop statistics leads_torn; drop index leads_search_torn');
}
