import type { Logger } from '../logger';
import type { ResumeStore } from '../resumes/store';
import { compare } from './compare';
import { createInspector } from './inspect';
import type { SweepRepository } from './repository';
import type { Sweep, SweepCounts } from './types';

export interface SweepDeps {
  resumes: Pick<ResumeStore, 'list' | 'read' | 'remove'>;
  records: SweepRepository;
  log: Logger;
  now?: () => number;
  /** What else is to be done once a day, by one server alone. */
  deleteOldEvents?: (signal: AbortSignal) => Promise<unknown>;
}

export interface SweepOptions {
  /** Compares only: deletes and records nothing. */
  isDryRun?: boolean;
  /** Hashes every file, not only some in turn. */
  verifiesAll?: boolean;
  /** Deletes even when the deletion limit is exceeded. */
  deletesAnyway?: boolean;
  signal?: AbortSignal;
  onProgress?: (counts: SweepCounts) => void;
}

/** Orphans are kept this long. By then every submission has its lead, or never will. */
export const graceHours = 24;
/** When both are exceeded, the database and the storage may not belong together. */
export const deletionLimit = { objects: 100, share: 0.05 };
/** After more failed deletions, the storage itself is assumed to have failed. */
const maxFailures = 10;
/** In each sweep, besides those with problems: daily sweeps hash 10,000 files in ten days. */
const hashedPerSweep = 1000;

/**
 * Deletes the files without a lead, and records the leads whose file is missing or damaged. Deletes
 * nothing before everything has been compared. Never throws; returns undefined when another sweep runs.
 */
export async function sweep(
  deps: SweepDeps,
  options: SweepOptions = {},
): Promise<Sweep | undefined> {
  const { records, log, now = Date.now } = deps;
  const result: Sweep = { ...nothing, startedAt: new Date(now()) };
  const fail = (error: unknown) => {
    if (options.signal?.aborted) {
      log.info(countsOf(result), 'the sweep of the storage was interrupted');
      result.outcome = 'BROKEN_OFF';
      return;
    }
    log.error({ err: error, ...countsOf(result) }, 'the sweep of the storage failed');
    result.outcome = 'FAILED';
    result.reason = reasonOf(error);
  };
  try {
    return await records.withLock(async () => {
      await sweepLocked(deps, options, result).catch(fail);
      const isCutShort = options.signal?.aborted === true && result.deleted === 0;
      if (!options.isDryRun && !isCutShort) await records.record(result);
      if (!options.isDryRun) await deleteOldEvents(deps, options.signal ?? neverAborted());
      return result;
    });
  } catch (error) {
    fail(error);
    return result;
  }
}

const nothing = {
  outcome: 'DONE',
  reason: null,
  hashedTo: null,
  objects: 0,
  foreign: 0,
  leads: 0,
  orphans: 0,
  deleted: 0,
  missing: 0,
  damaged: 0,
  hashed: 0,
} as const;

async function sweepLocked(deps: SweepDeps, options: SweepOptions, result: Sweep): Promise<void> {
  const { resumes, records, log, now = Date.now } = deps;
  const { isDryRun = false, signal = neverAborted() } = options;
  const reading = options.verifiesAll
    ? 'ALL'
    : { after: await records.hashedTo(), most: isDryRun ? 0 : hashedPerSweep };
  const inspector = createInspector(resumes, reading, result);
  result.startedAt = await records.now();
  const orphans = await compare({
    resumes,
    records,
    inspector,
    counts: result,
    startedAt: result.startedAt,
    orphansBefore: new Date(now() - graceHours * 3_600_000),
    signal,
    save: (findings) => (isDryRun ? Promise.resolve() : records.saveFindings(findings)),
    onProgress: options.onProgress ?? (() => undefined),
  });
  result.hashedTo = inspector.hashedTo();
  if (exceedsLimit(result) && !options.deletesAnyway) {
    result.outcome = 'STOPPED';
    log.warn(countsOf(result), 'the sweep would delete unusually many files, and deleted nothing');
    return;
  }
  if (!isDryRun) await deleteOrphans(deps, orphans, result, signal);
  log.info(countsOf(result), 'swept the storage');
}

/** Whatever came of the sweep, which reports nothing of this. */
export async function deleteOldEvents(deps: SweepDeps, signal: AbortSignal): Promise<void> {
  await deps.deleteOldEvents?.(signal).catch((error: unknown) => {
    deps.log.error({ err: error }, 'could not delete old reads and sign-ins from the audit');
  });
}

function neverAborted(): AbortSignal {
  return new AbortController().signal;
}

function exceedsLimit({ orphans, objects }: SweepCounts): boolean {
  return orphans > deletionLimit.objects && orphans > objects * deletionLimit.share;
}

async function deleteOrphans(
  { resumes, records }: SweepDeps,
  orphans: string[],
  counts: SweepCounts,
  signal: AbortSignal,
): Promise<void> {
  const failures: unknown[] = [];
  for (const key of orphans) {
    signal.throwIfAborted();
    if (await records.hasLead(key)) continue;
    try {
      await resumes.remove(key);
      counts.deleted++;
    } catch (error) {
      failures.push(error); // one that is on hold must not stop the others
      if (failures.length > maxFailures) break;
    }
  }
  if (failures.length > 0) throw failures[0];
}

function countsOf(result: Sweep): SweepCounts {
  const { objects, foreign, leads, orphans, deleted, missing, damaged, hashed } = result;
  return { objects, foreign, leads, orphans, deleted, missing, damaged, hashed };
}

/** Returns a code of the database, the storage or the file system: a message may quote personal data. */
function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  const reason = typeof code === 'number' ? String(code) : (code ?? name);
  return typeof reason === 'string' ? reason.slice(0, 100) : 'unknown';
}
