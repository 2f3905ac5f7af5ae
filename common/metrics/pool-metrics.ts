import type { Knex } from 'knex';
import { Gauge, type Registry } from 'prom-client';

/** The part of knex's pool that is read here. The pool is gone once the database is closed. */
interface Pool {
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
}

/** Counts the connections to the database by use, and the callers that wait for one. */
export function poolMetrics(registry: Registry, db: Pick<Knex, 'client'>): void {
  const { client } = db as { client: { pool?: Pool } };
  new Gauge({
    name: 'database_pool_connections',
    help: 'Open connections to the database, by use',
    labelNames: ['use'],
    registers: [registry],
    collect() {
      this.set({ use: 'busy' }, client.pool?.numUsed() ?? 0);
      this.set({ use: 'idle' }, client.pool?.numFree() ?? 0);
    },
  });
  new Gauge({
    name: 'database_pool_waiting',
    help: 'Callers waiting for a connection to the database',
    registers: [registry],
    collect() {
      this.set(client.pool?.numPendingAcquires() ?? 0);
    },
  });
}
