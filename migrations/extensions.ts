import type { Knex } from 'knex';

const insufficientPrivilege = '42501';

/**
 * Creates an extension in the schema public, unless it exists somewhere, and returns what its names
 * begin with: the schema, quoted, and a dot; nothing in `public`. Some hosts have it in a schema of
 * their own, which no session of ours searches.
 */
export async function openExtension(knex: Knex, name: 'pg_trgm' | 'unaccent'): Promise<string> {
  await knex.raw(`create extension if not exists ${name} schema public`).catch((error: unknown) => {
    throw explain(error);
  });
  return extensionPrefix(knex, name);
}

/** What the names of an extension that exists begin with, as `openExtension` returns it. */
export async function extensionPrefix(knex: Knex, name: 'pg_trgm' | 'unaccent'): Promise<string> {
  const { rows } = await knex.raw<{ rows: Found[] }>(
    `select quote_ident(nspname) as schema, quote_ident(current_user) as owner,
      has_schema_privilege(pg_namespace.oid, 'USAGE') as "mayUse"
    from pg_extension join pg_namespace on pg_namespace.oid = extnamespace where extname = ?`,
    [name],
  );
  const [found] = rows;
  if (!found) throw new Error(`The extension ${name} is not in this database.`);
  const { schema, owner, mayUse } = found;
  if (!mayUse) {
    throw new Error(
      `The extension ${name} is in the schema ${schema}, which ${owner} may not use. ` +
        'Ask the owner of that schema, or a superuser, to run, in this database:\n' +
        `  GRANT USAGE ON SCHEMA ${schema} TO ${owner};\n` +
        'and then repeat npm run migrate.',
    );
  }
  return schema === 'public' ? '' : `${schema}.`;
}

interface Found {
  schema: string;
  owner: string;
  mayUse: boolean;
}

function explain(error: unknown): unknown {
  if ((error as { code?: string }).code !== insufficientPrivilege) return error;
  return new Error(
    'The owner may not create extensions. Ask a superuser to run, in this database:\n' +
      '  CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;\n' +
      '  CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public;\n' +
      'and then repeat npm run migrate.',
  );
}
