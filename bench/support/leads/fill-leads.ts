import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Client } from 'pg';
import { withClient } from '../../../embedded/provision';
import type { Bench } from '../bench';
import { columns, writeLeads, type Range } from './lead-rows';

/**
 * Adds leads, whose emails have been sent, by COPY: without triggers, and with the indexes created
 * afterwards, so that a million takes less than two minutes.
 */
export async function fillLeads(
  bench: Bench,
  superuserUrl: string,
  range: Range,
  account: string,
): Promise<void> {
  const file = path.join(await bench.createFolder('lists'), 'leads.copy');
  await writeLeads(file, range, account);
  await withClient(superuserUrl, async (client) => {
    await client.query(
      `set session_replication_role = replica; set maintenance_work_mem = '512MB'`,
    );
    const indexes = await dropIndexes(client);
    await client.query(`copy leads (${columns}) from ${client.escapeLiteral(file)}`);
    await client.query(`insert into outbox (lead_id, kind, state, attempts, created_at,
        first_attempt_at, next_attempt_at, sent_at)
      select id, kind, 'SENT', 1, created_at, created_at, created_at, created_at
      from leads, unnest(enum_range(null::outbox_kind)) as kind
      order by created_at desc offset ${2 * (range.from - 1)}`);
    for (const index of indexes) await client.query(index);
    await checkSearchText(client);
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  });
  await rm(file);
}

/** Returns the statements that create them again. */
async function dropIndexes(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
    from pg_index where indrelid in ('leads'::regclass, 'outbox'::regclass) and not indisprimary
      and not exists (select from pg_constraint where conindid = indexrelid)`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map(({ definition }) => definition);
}

async function checkSearchText(client: Client): Promise<void> {
  const { rows } = await client.query(
    `select from (select * from leads limit 1000) as sample where search_text <> lead_search_text(
        ' ' || first_name || ' ' || last_name || ' ' || email || ' ' || left(id::text, 8))
      or sort_name <> left(lead_search_text(last_name || ' ' || first_name), 200)`,
  );
  if (rows.length > 0) throw new Error('The leads are not filled in as the database would do it');
}
