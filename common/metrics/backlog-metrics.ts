import { Gauge, type Registry } from 'prom-client';
import type { Backlog } from './overview/backlog';
import { countedAtMost } from '../outbox/admin';
import { emailStates } from '../outbox/types';
import { withTimeout } from '../resilience/timeout';

const waitMs = 3000; // scrapers give up after ten seconds

const gauges: [name: string, help: string, key: Exclude<keyof Backlog, 'emails'>][] = [
  [
    'outbox_oldest_queued_seconds',
    'Age of the oldest queued email; 0 when none is queued',
    'oldestQueuedEmailSeconds',
  ],
  [
    'leads_oldest_pending_seconds',
    'Age of the oldest lead that nobody has reached out to; 0 when there is none',
    'oldestPendingLeadSeconds',
  ],
  [
    'resumes_broken',
    'Resumes that the sweeps found missing or damaged in the storage',
    'brokenResumes',
  ],
  [
    'sweep_age_seconds',
    'Time since the last complete sweep of the storage; absent before the first',
    'lastSweepSeconds',
  ],
];

/** Shows what is waiting. While the database is unavailable, these gauges have no value. */
export function backlogMetrics(registry: Registry, readBacklog: () => Promise<Backlog>): void {
  // prom-client collects all gauges at once; `readBacklog` lets them share one read. A failure is
  // logged by the readiness check.
  const read = () => withTimeout(waitMs, readBacklog).catch(() => undefined);

  for (const [name, help, key] of gauges) {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const value = (await read())?.[key] ?? null;
        if (value === null) this.remove();
        else this.set(value);
      },
    });
  }
  new Gauge({
    name: 'outbox_mails',
    help: `Emails by state, each counted up to ${countedAtMost + 1}`,
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const backlog = await read();
      this.reset();
      if (backlog) for (const state of emailStates) this.set({ state }, backlog.emails[state]);
    },
  });
  new Gauge({
    name: 'database_up',
    help: 'Whether the database answered this scrape',
    registers: [registry],
    async collect() {
      this.set((await read()) ? 1 : 0);
    },
  });
}
