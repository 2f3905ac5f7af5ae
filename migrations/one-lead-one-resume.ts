import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { createIndexConcurrently } from './index-concurrently';
import { runConcurrently } from './lock-briefly';
import { reference, repairLeads } from './repair-leads';

const index = 'leads_resume_key';
const uniqueViolation = '23505';
const mostBuilds = 10;
const batchLeads = 200;

interface Copy {
  id: string;
  key: string;
}

/**
 * Leaves each resume to one lead, and builds the index that keeps it so. Concurrent transactions of
 * many rows each may still insert a key twice until the index takes part in inserts; then the build
 * fails, and is repeated.
 */
export async function buildUniqueIndex(knex: Knex): Promise<void> {
  for (let builds = 1; !(await tryBuild(knex, builds === mostBuilds)); builds++);
  await runConcurrently(knex, 'drop index concurrently if exists leads_by_resume_key');
}

/** Returns false when a key was inserted twice meanwhile, unless this is the last attempt. */
async function tryBuild(knex: Knex, isLast: boolean): Promise<boolean> {
  await separateCopies(knex);
  try {
    await createIndexConcurrently(knex, index, 'leads (resume_key collate "C")', {
      isUnique: true,
    });
    return true;
  } catch (error) {
    if (isLast || (error as { code?: string }).code !== uniqueViolation) throw error;
    return false;
  }
}

/**
 * The earliest lead keeps its resume. The others never had one of their own: each gets a new key,
 * under which none is stored, and is recorded as a lead whose resume is missing.
 */
async function separateCopies(knex: Knex): Promise<void> {
  const { rows: copies } = await knex.raw<{ rows: Copy[] }>(`
    select id, resume_key as key from (
      select id, resume_key,
        row_number() over (partition by resume_key collate "C" order by created_at, id) as place
      from leads
    ) as placed where place > 1 order by resume_key collate "C", id`);
  for (let from = 0; from < copies.length; from += batchLeads) {
    await separate(knex, copies.slice(from, from + batchLeads));
  }
  if (copies.length > 0) console.log(`Leads that named the resume of another: ${copies.length}.`);
}

async function separate(knex: Knex, copies: Copy[]): Promise<void> {
  const changes = copies.map((copy) => ({ ...copy, newKey: `resumes/${randomUUID()}` }));
  const rows = changes.map(({ id, newKey }) => `('${id}'::uuid, '${newKey}')`).join(', ');
  await repairLeads(
    knex,
    `with changed as (
      update leads set resume_key = new_key from (values ${rows}) as new (id, new_key)
      where leads.id = new.id returning leads.id
    )
    insert into resume_problems (lead_id, problem) select id, 'MISSING' from changed
      on conflict (lead_id) do update set problem = excluded.problem, found_at = now()`,
  );
  for (const { id, key, newKey } of changes) {
    console.log(`Lead ${reference(id)} named the resume of another lead, ${key}; now ${newKey}.`);
  }
}
