import { reference } from '../../../common/leads/reference';
import { deletionLimit, graceHours } from '../../../common/sweep/sweep';
import type {
  RecordedSweep,
  ResumeProblem,
  ResumeTrouble,
  Sweep,
  SweepCounts,
  SweepOutcome,
} from '../../../common/sweep/types';
import { formatAgo, formatCount, fullName, toTime } from '../../format';
import type { RunningCheck } from './check';

const problemNames: Readonly<Record<ResumeProblem, string>> = {
  MISSING: 'missing',
  WRONG_SIZE: 'damaged: not the size that was sent',
  WRONG_HASH: 'damaged: not the content that was sent',
  UNREADABLE: 'cannot be read by this server',
};

const advice = 'Restore it from a backup of the storage, or ask the prospect to send it again.';

/** For the page of the lead, with what to do. */
export const problemSentences: Readonly<Record<ResumeProblem, string>> = {
  MISSING: `The resume is missing in the storage. ${advice}`,
  WRONG_SIZE: `The resume in the storage is damaged: its size is not what was sent. ${advice}`,
  WRONG_HASH: `The resume in the storage is damaged: its content is not what was sent. ${advice}`,
  UNREADABLE:
    'The storage does not let this server read the resume. Check the permissions of the file, and the disk.',
};

const outcomes: Readonly<Record<SweepOutcome, string>> = {
  DONE: 'completed',
  STOPPED: 'stopped',
  FAILED: 'failed',
  BROKEN_OFF: 'interrupted',
};

/** One line per figure. */
export function countLines(counts: SweepCounts): string[] {
  return [
    `Files: ${counts.objects}, and ${counts.foreign} of others, left alone`,
    `Leads: ${counts.leads}; resumes missing: ${counts.missing}, damaged: ${counts.damaged}`,
    `Files read and compared by hash: ${counts.hashed}`,
    `Files without a lead, older than ${graceHours} hours: ${counts.orphans}`,
  ];
}

/** Why nothing was deleted, what to check, and how to go on. */
export function deletionLimitAdvice({ orphans, objects }: SweepCounts): string {
  return (
    `Nothing was deleted: ${orphans} of ${objects} files have no lead, which is more than ` +
    `${deletionLimit.objects} and more than ${deletionLimit.share * 100} %. Check whether the database was restored ` +
    'from a backup, whether another system uses the same bucket or folder, and whether DATABASE_URL ' +
    'and the storage belong together. Repeated submissions leave files without a lead as well: ' +
    'submissions_total in the metrics of the public server counts them. To look again, run ' +
    'npm run sweep -- --dry-run. Once you are sure that the files can be deleted, run ' +
    'npm run sweep -- --delete-anyway.'
  );
}

export function failureLabel({ reason, deleted }: Sweep): string {
  const deletedSoFar = deleted > 0 ? `Files deleted so far: ${deleted}` : 'Nothing was deleted';
  return `The sweep could not be completed (${reason}). ${deletedSoFar}. Check the database and the storage, then sweep again.`;
}

/** Why the sweep did not complete, and what to do; undefined when it did. */
export function sweepProblem(sweep: Sweep): string | undefined {
  if (sweep.outcome === 'STOPPED') return deletionLimitAdvice(sweep);
  return sweep.outcome === 'FAILED' ? failureLabel(sweep) : undefined;
}

/** How far a check has come; undefined while none runs. */
export function runningLabel(check: RunningCheck | undefined): string | undefined {
  if (!check) return undefined;
  const { objects, leads } = check.counts;
  return `A check began ${formatAgo(check.startedAt)}: ${formatCount(objects)} files and ${formatCount(leads)} leads so far.`;
}

export function sweepRow(sweep: RecordedSweep) {
  const { finishedAt, outcome, reason, objects, foreign, orphans, deleted, leads } = sweep;
  const { missing, damaged } = sweep;
  return {
    ...{ reason, objects, foreign, orphans, deleted, leads },
    finished: toTime(finishedAt),
    outcome: outcomes[outcome],
    tone: outcome === 'DONE' ? 'good' : 'bad',
    broken: missing + damaged > 0 ? `${missing} missing, ${damaged} damaged` : undefined,
  };
}

export function troubleRow(trouble: ResumeTrouble) {
  const { leadId, problem, foundAt } = trouble;
  return {
    lead: { id: leadId, name: fullName(trouble), reference: reference(leadId) },
    problem: problemNames[problem],
    found: toTime(foundAt),
  };
}
