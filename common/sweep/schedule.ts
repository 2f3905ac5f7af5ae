import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../logger';
import type { SweepRepository } from './repository';
import { sweep, type SweepDeps } from './sweep';

export interface SweepSchedule {
  start(): void;
  /** Breaks off a sweep under way, and waits for a few seconds at most. */
  stop(): Promise<void>;
}

export interface SweepScheduleDeps extends SweepDeps {
  records: SweepRepository;
  log: Logger;
  random?: () => number;
  pace?: Partial<typeof usualPace>;
}

// Once a day: an orphan waits a day anyway, and a large bucket's listing costs money. Looking each
// hour whether a day has passed makes up for restarts and for a sweep that failed.
const usualPace = {
  firstLookMs: 3 * 60_000,
  lookMs: 60 * 60_000,
  betweenMs: 24 * 60 * 60_000,
  stopMs: 3000,
};

/** Sweeps once a day. Several may run on the same stores: they take turns. */
export function createSweepSchedule(deps: SweepScheduleDeps): SweepSchedule {
  const { records, log, random = Math.random, now = Date.now } = deps;
  const pace = { ...usualPace, ...deps.pace };
  const stopping = new AbortController();
  const { signal } = stopping;
  let running = Promise.resolve();

  async function run(): Promise<void> {
    let pauseMs = pace.firstLookMs;
    while (!signal.aborted) {
      const jittered = pauseMs * (0.75 + random() / 2); // several servers may start together
      await sleep(jittered, undefined, { signal, ref: false }).catch(() => undefined);
      await look().catch((error: unknown) => {
        log.error({ err: error }, 'cannot tell whether the storage was swept');
      });
      pauseMs = pace.lookMs;
    }
  }

  async function look(): Promise<void> {
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
