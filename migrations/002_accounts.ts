import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create type account_role as enum ('ADMIN', 'ATTORNEY');

    create table accounts (
      id uuid primary key default gen_random_uuid(),
      email text not null check (char_length(email) between 1 and 254),
      name text not null check (char_length(name) between 1 and 100),
      role account_role not null,
      password_hash text not null,
      is_active boolean not null default true,
      created_at timestamptz(3) not null default now(),
      last_seen_at timestamptz(3)
    );
    create unique index accounts_email on accounts (lower(email));

    create table api_tokens (
      id uuid primary key default gen_random_uuid(),
      account_id uuid not null references accounts,
      name text not null,
      hash bytea not null unique,
      created_at timestamptz(3) not null default now(),
      expires_at timestamptz(3) not null,
      revoked_at timestamptz(3)
    );

    grant select, insert, update (name, role, password_hash, is_active, last_seen_at)
      on accounts to lead_internal;
    grant select, insert, update (revoked_at) on api_tokens to lead_internal;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table api_tokens;
    drop table accounts;
    drop type account_role;
  `);
}
