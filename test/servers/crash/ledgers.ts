import type { Knex } from 'knex';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ClientEntry } from './load';
import type { Received } from './mailbox';
import type { Outage } from './target';

export interface LeadEntry {
  id: string;
  email: string;
  first_name: string;
  last_name: string;
  resume_key: string;
  resume_bytes: string;
  resume_sha256: string;
}

export interface OutboxEntry {
  id: string;
  lead_id: string;
  kind: string;
  state: string;
}

/** What each party holds after all is over. */
export interface Ledgers {
  clients: ClientEntry[];
  leads: LeadEntry[];
  outbox: OutboxEntry[];
  /** The SHA-256 of each object by its key. */
  objects: Map<string, string>;
  mails: Received[];
  /** By the name of what was killed. */
  outages: Map<string, Outage[]>;
}

export function readLeads(owner: Knex): Promise<LeadEntry[]> {
  return owner<LeadEntry>('leads').select();
}

export function readOutbox(owner: Knex): Promise<OutboxEntry[]> {
  return owner<OutboxEntry>('outbox').select();
}

export function readObjects(resumeDir: string): Map<string, string> {
  const names = readdirSync(path.join(resumeDir, 'resumes'));
  return new Map(
    names.map((name) => {
      const key = `resumes/${name}`;
      const bytes = readFileSync(path.join(resumeDir, key));
      return [key, createHash('sha256').update(bytes).digest('hex')];
    }),
  );
}
