import { setTimeout as sleep } from 'node:timers/promises';
import { deleteOldEvents, sweep, type SweepDeps } from './sweep';

export interface SweepScheduleDeps extends SweepDeps {
  random?: () => number;
  pace?: Partial<typeof defaultPace>;
}

// Once a day, because an orphan is kept for a day and listing a large bucket costs money. Checking
// every hour whether a day has passed covers restarts and failed sweeps.
const defaultPace = {
  firstCheckMs: 3 * 60_000,
  checkMs: 60 * 60_000,
  betweenMs: 24 * 60 * 60_000,
  stopMs: 3000,
};

/** Sweeps once a day. Several servers may share the stores: only one sweeps at a time. */
export function createSweepSchedule(deps: SweepScheduleDeps) {
  const { records, log, random = Math.random, now = Date.now } = deps;
  const pace = { ...defaultPace, ...deps.pace };
  const stopping = new AbortController();
  const { signal } = stopping;
  let running = Promise.resolve();
  let deletedAt = -Infinity;

  async function run(): Promise<void> {
    let pauseMs = pace.firstCheckMs;
    while (!signal.aborted) {
      const jittered = pauseMs * (0.75 + random() / 2); // several servers may start at once
      await sleep(jittered, undefined, { signal, ref: false }).catch(() => undefined);
      await sweepIfDue().catch((error: unknown) => {
        log.error({ err: error }, 'could not check whether the storage needs a sweep');
      });
      pauseMs = pace.checkMs;
    }
  }

  async function sweepIfDue(): Promise<void> {
    if (signal.aborted) return;
    const last = await records.lastCompletedAt();
    const isSwept = last !== undefined && now() - last.getTime() < pace.betweenMs;
    // Somebody else sweeps, perhaps without deleting old events.
    if (isSwept && now() - deletedAt < pace.betweenMs) return;
    deletedAt = now();
    if (isSwept) await deleteOldEvents(deps, signal);
    else await sweep(deps, { signal });
  }

  return {
    start() {
      running = run();
    },

    /** Interrupts a running sweep, and waits for it for 3 s at most. */
    async stop() {
      stopping.abort();
      await Promise.race([running, sleep(pace.stopMs, undefined, { ref: false })]);
    },
  };
}
