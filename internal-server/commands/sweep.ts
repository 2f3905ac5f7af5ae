import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readEnvironment, url } from '../../common/config/environment';
import { createDatabase } from '../../common/database/connect';
import { createLogger } from '../../common/logger';
import { openResumeStore } from '../../common/resumes/open-store';
import { resumeStoreSchema } from '../../common/resumes/store-config';
import { createSweepRepository } from '../../common/sweep/repository';
import { sweep } from '../../common/sweep/sweep';
import type { Sweep, SweepCounts } from '../../common/sweep/types';
import { deletionLimitAdvice, countLines, failureLabel } from '../pages/storage/labels';

const usage = `Usage: npm run sweep -- [--dry-run] [--verify] [--delete-anyway]
  --dry-run        only looks: deletes nothing and notes nothing
  --verify         reads every file and compares its hash; otherwise existence and size are compared
  --delete-anyway  deletes even when unusually many files would go
Exits with 0 when all is well, 1 when resumes are missing or damaged, 2 when the sweep could not be
completed, stopped because unusually much would be deleted, or another one is under way.
DATABASE_URL is the internal server's login; RESUME_STORE and its variables are the internal server's.`;

const variables = z
  .object({ DATABASE_URL: url("the internal server's login", 'postgres:', 'postgresql:') })
  .and(resumeStoreSchema);

const progressEveryMs = 5000;

async function main(): Promise<number> {
  const options = readArguments();
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const { DATABASE_URL, resumes } = readEnvironment(variables, process.env);
  const db = createDatabase(DATABASE_URL);
  try {
    const result = await sweep(
      {
        resumes: await openResumeStore(resumes),
        records: createSweepRepository(db),
        log: createLogger('sweep', 'silent'), // what it would say is printed below
      },
      {
        signal: untilAsked(),
        isDryRun: options['dry-run'],
        verifiesAll: options.verify,
        deletesAnyway: options['delete-anyway'],
        onProgress: progress(),
      },
    );
    return report(result, options['dry-run']);
  } finally {
    await db.destroy();
  }
}

/** Ctrl-C ends the sweep in order, so that what it deleted is recorded. */
function untilAsked(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      controller.abort();
    });
  }
  return controller.signal;
}

function readArguments() {
  const flag = { type: 'boolean', default: false } as const;
  const options = { 'dry-run': flag, verify: flag, 'delete-anyway': flag, help: flag };
  try {
    return parseArgs({ options }).values;
  } catch {
    throw new Error(usage);
  }
}

/** On standard error, so that the summary stays alone on standard output. */
function progress(): (counts: SweepCounts) => void {
  let toldAt = Date.now();
  return ({ objects, leads, hashed }) => {
    if (Date.now() - toldAt < progressEveryMs) return;
    toldAt = Date.now();
    console.error(`… ${objects} files and ${leads} leads so far, ${hashed} files read`);
  };
}

function report(result: Sweep | undefined, isDryRun: boolean): number {
  if (!result) {
    console.error('Another sweep is under way. Nothing was done.');
    return 2;
  }
  const { outcome, orphans, deleted, missing, damaged } = result;
  for (const line of countLines(result)) console.log(line);
  if (outcome === 'BROKEN_OFF') {
    console.error(`The sweep was broken off. Files deleted before: ${deleted}.`);
    return 2;
  }
  if (outcome === 'FAILED') {
    console.error(failureLabel(result));
    return 2;
  }
  if (outcome === 'STOPPED') {
    console.error(deletionLimitAdvice(result));
    return 2;
  }
  console.log(isDryRun ? `Would delete: ${orphans}` : `Deleted: ${deleted}`);
  return missing + damaged > 0 ? 1 : 0;
}

main()
  .then((code) => {
    process.exitCode = code;
  })
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  });
