import type { Knex } from 'knex';

/** From which networks each account signs in. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table sign_in_networks (
      account_id uuid not null references accounts on delete cascade,
      network text not null, -- a keyed hash
      last_signed_in_on date not null default current_date,
      primary key (account_id, network)
    );
    grant select, insert, update (last_signed_in_on), delete on sign_in_networks to lead_internal;

    -- Of the hashes, and of the cookies that mark a browser. The first internal server makes it, and
    -- all share it.
    create table sign_in_key (
      id boolean primary key default true check (id), -- one row
      key bytea not null check (octet_length(key) = 32)
    );
    grant select, insert on sign_in_key to lead_internal;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table sign_in_key;
    drop table sign_in_networks;
  `);
}
