import type { Knex } from 'knex';
import { z } from 'zod';
import { deleteOldEvents } from '../../common/audit/retention';
import { runCommand } from '../../common/config/arguments';
import { databaseUrl, readEnvironment } from '../../common/config/environment';
import { createDatabase } from '../../common/database/connect';
import { databaseWarning } from '../../common/database/connection-string';
import { createLogger } from '../../common/logger';
import { openResumeStore } from '../../common/resumes/open-store';
import { resumeStoreSchema } from '../../common/resumes/store-config';
import { createSweepRepository } from '../../common/sweep/repository';
import { sweep } from '../../common/sweep/sweep';
import type { Sweep, SweepCounts } from '../../common/sweep/types';
import { auditRetainDays } from '../config';
import { deletionLimitAdvice, countLines, failureLabel } from '../pages/storage/labels';

const usage = `Usage: npm run sweep -- [--dry-run] [--verify] [--delete-anyway]
  --dry-run        only compares: deletes and records nothing
  --verify         reads every file and compares its hash, not only that it exists and its size
  --delete-anyway  deletes even when unusually many files would be deleted
Exits with 0 when all is well, 1 when resumes are missing or damaged, or for unknown arguments, and
2 when the sweep could not be completed, stopped because unusually many files would be deleted, or
another one is running, or when the audit could not be cleared.
With AUDIT_RETAIN_DAYS set, it also deletes older reads and sign-ins from the audit.
DATABASE_URL, RESUME_STORE and its variables are the internal server's.`;

const flag = { type: 'boolean', default: false } as const;
const options = { 'dry-run': flag, verify: flag, 'delete-anyway': flag };

const variables = z
  .object({
    DATABASE_URL: databaseUrl("the internal server's login"),
    AUDIT_RETAIN_DAYS: auditRetainDays,
  })
  .and(resumeStoreSchema);

const progressEveryMs = 5000;

async function main(given: Record<keyof typeof options, boolean>): Promise<number> {
  const { DATABASE_URL, AUDIT_RETAIN_DAYS, resumes } = readEnvironment(variables, process.env);
  const warning = databaseWarning(DATABASE_URL);
  if (warning) console.error(`Warning: ${warning}.`);
  const db = createDatabase(DATABASE_URL);
  const audit = { isCleared: true };
  try {
    const result = await sweep(
      {
        resumes: await openResumeStore(resumes),
        records: createSweepRepository(db),
        log: createLogger('sweep', 'silent'), // its messages are printed below
        async deleteOldEvents(signal) {
          audit.isCleared = await clearAudit(db, AUDIT_RETAIN_DAYS, signal);
        },
      },
      {
        signal: abortedBySignal(),
        isDryRun: given['dry-run'],
        verifiesAll: given.verify,
        deletesAnyway: given['delete-anyway'],
        onProgress: createProgressReport(),
      },
    );
    const code = report(result, given['dry-run']);
    return audit.isCleared ? code : 2;
  } finally {
    await db.destroy();
  }
}

/** Returns false when it could not. */
async function clearAudit(db: Knex, days: number | undefined, signal: AbortSignal) {
  if (days === undefined) return true;
  try {
    const deleted = await deleteOldEvents(db, days, signal);
    console.log(`Old reads and sign-ins deleted from the audit: ${deleted}`);
    return true;
  } catch (error) {
    const { code = 'unknown' } = error as { code?: string };
    console.error(`Old reads and sign-ins could not be deleted from the audit (${code}).`);
    return false;
  }
}

/** Ctrl-C ends the sweep in order, so that what it deleted is recorded. */
function abortedBySignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort());
  }
  return controller.signal;
}

/** On standard error, so that standard output has only the summary. */
function createProgressReport(): (counts: SweepCounts) => void {
  let reportedAt = Date.now();
  return ({ objects, leads, hashed }) => {
    if (Date.now() - reportedAt < progressEveryMs) return;
    reportedAt = Date.now();
    console.error(`… ${objects} files and ${leads} leads so far, ${hashed} files read`);
  };
}

function report(result: Sweep | undefined, isDryRun: boolean): number {
  if (!result) {
    console.error('Another sweep is running. Nothing was done.');
    return 2;
  }
  const { orphans, deleted, missing, damaged } = result;
  for (const line of countLines(result)) console.log(line);
  const reason = whyIncomplete(result);
  if (reason !== undefined) {
    console.error(reason);
    return 2;
  }
  console.log(isDryRun ? `Would delete: ${orphans}` : `Deleted: ${deleted}`);
  return missing + damaged > 0 ? 1 : 0;
}

function whyIncomplete(result: Sweep): string | undefined {
  switch (result.outcome) {
    case 'BROKEN_OFF':
      return `The sweep was interrupted. Files deleted so far: ${result.deleted}.`;
    case 'FAILED':
      return failureLabel(result);
    case 'STOPPED':
      return deletionLimitAdvice(result);
    case 'DONE':
      return undefined;
  }
}

void runCommand({ usage, options, failureCode: 2 }, ({ values }) => main(values));
