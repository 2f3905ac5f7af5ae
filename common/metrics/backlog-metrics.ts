import { Gauge, type Registry } from 'prom-client';
import type { Backlog } from './overview/backlog';
import { countedAtMost } from '../outbox/admin';
import { emailStates } from '../outbox/types';
import { withTimeout } from '../resilience/timeout';

const waitMs = 3000; // scrapers give up after ten seconds

/** Shows what waits. While the database cannot be asked, these figures are left out. */
export function backlogMetrics(registry: Registry, readFigures: () => Promise<Backlog>): void {
  // A failure is logged by the readiness check.
  const readSoon = () => withTimeout(waitMs, readFigures).catch(() => undefined);

  // prom-client collects all gauges at once, so each asks for itself; they share the answer.
  const gauge = (name: string, help: string, valueOf: (figures: Backlog) => number | null) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const figures = await readSoon();
        const value = figures ? valueOf(figures) : null;
        if (value === null) this.remove();
        else this.set(value);
      },
    });

  gauge(
    'outbox_oldest_queued_seconds',
    'Age of the oldest mail that is not sent yet; 0 when none waits',
    ({ oldestQueuedMail }) => oldestQueuedMail,
  );
  gauge(
    'leads_oldest_pending_seconds',
    'Age of the oldest lead that nobody reached out to; 0 when none waits',
    ({ oldestPendingLead }) => oldestPendingLead,
  );
  gauge(
    'resumes_broken',
    'Resumes that the sweeps found missing or damaged in the storage',
    ({ brokenResumes }) => brokenResumes,
  );
  gauge(
    'sweep_age_seconds',
    'Time since a sweep of the storage last saw everything; absent before the first',
    ({ lastSweep }) => lastSweep,
  );
  new Gauge({
    name: 'outbox_mails',
    help: `Mails by state, each counted up to ${countedAtMost + 1}`,
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const figures = await readSoon();
      this.reset();
      if (figures) for (const state of emailStates) this.set({ state }, figures.mails[state]);
    },
  });
  new Gauge({
    name: 'database_up',
    help: 'Whether the database answered this scrape',
    registers: [registry],
    async collect() {
      this.set((await readSoon()) ? 1 : 0);
    },
  });
}
