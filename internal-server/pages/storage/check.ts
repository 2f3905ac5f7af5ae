import createError from 'http-errors';
import type { AuditRepository } from '../../../common/audit/repository';
import { sweep, type SweepDeps } from '../../../common/sweep/sweep';
import type { SweepCounts } from '../../../common/sweep/types';

export interface CheckDeps {
  audit: Pick<AuditRepository, 'record'>;
  resumes: SweepDeps['resumes'];
  sweeps: SweepDeps['records'];
  log: SweepDeps['log'];
  /** Interrupts a check when the process is about to stop. */
  stopping?: AbortSignal;
}

export interface RunningCheck {
  startedAt: Date;
  counts: Pick<SweepCounts, 'objects' | 'leads'>;
}

/** Sweeps the storage when an administrator asks for it. Nobody waits for it to end. */
export function createCheck({ audit, resumes, sweeps, log, stopping }: CheckDeps) {
  let running: RunningCheck | undefined;

  /** Calls `onStart` once no other sweep can run. */
  async function run(actor: string, onStart: () => void): Promise<void> {
    let hasStarted = false as boolean;
    const withLock: typeof sweeps.withLock = (work) =>
      sweeps.withLock(async () => {
        await audit.record({ actor, action: 'STORAGE_CHECKED' });
        running = { startedAt: new Date(), counts: { objects: 0, leads: 0 } };
        hasStarted = true;
        onStart();
        return work();
      });
    const onProgress = ({ objects, leads }: SweepCounts) => {
      if (running) running.counts = { objects, leads };
    };
    const records = { ...sweeps, withLock };
    const result = await sweep(
      { resumes, records, log },
      { onProgress, ...(stopping && { signal: stopping }) },
    );
    if (hasStarted) running = undefined;
    else if (result) throw createError(503, 'The check could not be started. Please try again.');
    else
      throw createError(409, 'The storage is being checked already. Look again in a few minutes.');
  }

  return {
    running: () => running,

    /** Resolves once the check has started. Throws 409 while another sweep runs, here or elsewhere. */
    start: (actor: string): Promise<void> =>
      new Promise((resolve, reject) => {
        run(actor, resolve).catch(reject);
      }),
  };
}
