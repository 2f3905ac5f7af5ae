import type { Knex } from 'knex';

// As common/lead-search.ts asks for it.
const tornText = `replace(search_text, rpad(sort_name, 3, E'\\n') collate "default",
  left(sort_name, 2) || E'\\n' || substr(sort_name, 2, 2) collate "default")`;

/**
 * For a page, by name, of many leads that are found. The statistics are its own, because the
 * planner does not take those of an index on trigrams.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index leads_search_torn on leads using gin ((${tornText}) gin_trgm_ops)
      where flagged_reason is null;
    create statistics leads_torn on (${tornText}) from leads;
    analyze leads;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop statistics leads_torn; drop index leads_search_torn');
}
