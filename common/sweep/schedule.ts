import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../logger';
import type { SweepRepository } from './repository';
import { sweep, type SweepDeps } from './sweep';

export interface SweepSchedule {
  start(): void;
  /** Interrupts a running sweep, and waits for it for 3 s at most. */
  stop(): Promise<void>;
}

export interface SweepScheduleDeps extends SweepDeps {
  records: SweepRepository;
  log: Logger;
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
export function createSweepSchedule(deps: SweepScheduleDeps): SweepSchedule {
  const { records, log, random = Math.random, now = Date.now } = deps;
  const pace = { ...defaultPace, ...deps.pace };
  const stopping = new AbortController();
  const { signal } = stopping;
  let running = Promise.resolve();

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
    if (last && now() - last.getTime() < pace.betweenMs) return;
    await sweep(deps, { signal });
  }

  return {
    start() {
      running = run();
    },

    async stop() {
      stopping.abort();
      await Promise.race([running, sleep(pace.stopMs, undefined, { ref: false })]);
    },
  };
}
