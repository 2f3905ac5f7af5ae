import type { Knex } from 'knex';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ClientEntry } from './load';
import type { Received } from './mailbox';
import type { Outage } from './targets/target';

export interface LeadRecord {
  id: string;
  email: string;
  first_name: string;
  last_name: string;
  resume_key: string;
  resume_bytes: string;
  resume_sha256: string;
}

export interface OutboxRecord {
  id: string;
  lead_id: string;
  kind: string;
  state: string;
}

/** What each party holds in the end. */
export interface Records {
  clients: ClientEntry[];
  leads: LeadRecord[];
  outbox: OutboxRecord[];
  /** The SHA-256 of each object by its key. */
  objects: Map<string, string>;
  mails: Received[];
  /** By the name of the target. */
  outages: Map<string, Outage[]>;
}

export function readLeads(owner: Knex): Promise<LeadRecord[]> {
  return owner<LeadRecord>('leads').select();
}

export function readOutbox(owner: Knex): Promise<OutboxRecord[]> {
  return owner<OutboxRecord>('outbox').select();
}

/** The emails that wait, or are being sent. */
export function unsettled(owner: Knex) {
  return owner<OutboxRecord>('outbox').whereRaw("(state = 'QUEUED' or locked_until > now())");
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
