import type { Knex } from 'knex';
import * as searchByName from './008_search_by_name';

/** One index for the search: what 008 made for lists of many by name is no longer used. */
export async function up(knex: Knex): Promise<void> {
  await searchByName.down(knex);
}

export async function down(knex: Knex): Promise<void> {
  await searchByName.up(knex);
}
