import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';

/** Inserts a lead without the checks of the public server, and returns its id. */
export async function addLead(owner: Knex, overrides: Record<string, unknown> = {}) {
  const lead = {
    id: randomUUID(),
    first_name: 'Carla',
    last_name: 'Moreno',
    email: `${randomUUID()}@example.com`,
    resume_key: `resumes/${randomUUID()}`,
    resume_filename: 'resume.pdf',
    resume_type: 'pdf',
    resume_bytes: 1000,
    resume_sha256: '0'.repeat(64),
    ...overrides,
  };
  await owner('leads').insert(lead);
  return lead.id;
}
