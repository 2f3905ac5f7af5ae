import type { Knex } from 'knex';

const insufficientPrivilege = '42501';

/**
 * The two group roles that the servers' login users are members of. They belong to the whole
 * cluster, so they may exist already; whoever may not create them is told what to ask for.
 */
export async function up(knex: Knex): Promise<void> {
  for (const role of ['lead_public', 'lead_internal']) {
    const { rowCount } = await knex.raw<{ rowCount: number }>(
      'select from pg_roles where rolname = ?',
      [role],
    );
    if (rowCount > 0) continue;
    await knex.raw(`create role ${role} nologin`).catch((error: unknown) => {
      throw explain(error);
    });
  }
  await knex.raw(`do $$ begin
    execute format('revoke create, temporary on database %I from public', current_database());
  end $$`);
  await knex.raw('revoke create on schema public from public');
  await knex.raw('grant usage on schema public to lead_public, lead_internal');
}

/** The roles stay when another database still grants to them, or the owner may not drop roles. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('revoke usage on schema public from lead_public, lead_internal');
  await knex.raw(`do $$ begin
    drop role lead_public;
    drop role lead_internal;
  exception when dependent_objects_still_exist or insufficient_privilege then
    raise notice 'lead_public and lead_internal stay';
  end $$`);
}

function explain(error: unknown): unknown {
  if ((error as { code?: string }).code !== insufficientPrivilege) return error;
  return new Error(
    'The owner may not create roles. Ask a superuser to run:\n' +
      '  CREATE ROLE lead_public NOLOGIN;\n' +
      '  CREATE ROLE lead_internal NOLOGIN;\n' +
      'and then repeat npm run migrate.',
  );
}
