import type { Knex } from 'knex';
import type { Finding } from './types';

/** Notes what is wrong and takes away what is wrong no more. A lead deleted meanwhile is left out. */
export async function saveFindings(db: Knex, findings: Finding[]): Promise<void> {
  const wrong = findings.flatMap(({ leadId, problem }) => (problem ? [{ leadId, problem }] : []));
  const fine = findings.filter(({ problem }) => problem === null);
  if (fine.length > 0) {
    const ids = fine.map(({ leadId }) => leadId);
    await db('resume_problems').whereRaw('lead_id = any(?)', [ids]).delete();
  }
  if (wrong.length === 0) return;
  await db.raw(
    `insert into resume_problems (lead_id, problem)
     select leads.id, found.problem
     from unnest(?::uuid[], ?::text[]) as found (lead_id, problem)
     join leads on leads.id = found.lead_id
     for key share of leads
     on conflict (lead_id) do update set problem = excluded.problem, found_at = now()`,
    [wrong.map(({ leadId }) => leadId), wrong.map(({ problem }) => problem)],
  );
}
