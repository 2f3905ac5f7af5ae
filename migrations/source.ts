import type { Knex } from 'knex';
import * as roles from './001_roles';
import * as accounts from './002_accounts';
import * as leads from './003_leads';
import * as outbox from './004_outbox';
import * as auditEvents from './005_audit_events';
import * as search from './006_search';
import * as sweeps from './007_sweeps';
import * as searchByName from './008_search_by_name';
import * as leadsOfNobody from './009_leads_of_nobody';
import * as oneSearch from './010_one_search';

/**
 * Recorded under names without extension, so that a database migrated from TypeScript and one
 * migrated from compiled JavaScript hold the same record.
 */
const migrations: Record<string, Knex.Migration> = {
  '001_roles': roles,
  '002_accounts': accounts,
  '003_leads': leads,
  '004_outbox': outbox,
  '005_audit_events': auditEvents,
  '006_search': search,
  '007_sweeps': sweeps,
  '008_search_by_name': searchByName,
  '009_leads_of_nobody': leadsOfNobody,
  '010_one_search': oneSearch,
};

export const migrationSource: Knex.MigrationSource<[string, Knex.Migration]> = {
  getMigrations: () => Promise.resolve(Object.entries(migrations)),
  getMigrationName: ([name]) => name,
  getMigration: ([, migration]) => Promise.resolve(migration),
};
