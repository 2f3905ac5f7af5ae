import type { Knex } from 'knex';

/** The index of who has a lead holds those that nobody has, too: they are counted for their list. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index leads_by_assignee;
    create index leads_by_assignee on leads (assigned_to, state, created_at, id)
      where flagged_reason is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index leads_by_assignee;
    create index leads_by_assignee on leads (assigned_to, state, created_at, id)
      where flagged_reason is null and assigned_to is not null;
  `);
}
