import type { Knex } from 'knex';
import type { Finding } from './types';

/** Records new problems and deletes solved ones. Leaves out leads that have been deleted meanwhile. */
export async function saveFindings(db: Knex, findings: Finding[]): Promise<void> {
  const problems = findings.flatMap(({ leadId, problem }) =>
    problem ? [{ leadId, problem }] : [],
  );
  const solved = findings.filter(({ problem }) => problem === null);
  if (solved.length > 0) {
    const ids = solved.map(({ leadId }) => leadId);
    await db('resume_problems').whereRaw('lead_id = any(?)', [ids]).delete();
  }
  if (problems.length === 0) return;
  await db.raw(
    `insert into resume_problems (lead_id, problem)
     select leads.id, found.problem
     from unnest(?::uuid[], ?::text[]) as found (lead_id, problem)
     join leads on leads.id = found.lead_id
     for key share of leads
     on conflict (lead_id) do update set problem = excluded.problem, found_at = now()`,
    [problems.map(({ leadId }) => leadId), problems.map(({ problem }) => problem)],
  );
}
