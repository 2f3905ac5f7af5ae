import { maxRepeats } from './repeats';
import type { EmailKind } from './types';

export const turns = { untouched: 0, begun: 1, gathered: 2 } as const;

/**
 * SQL that tells how a waiting email may be claimed: one that was never claimed counts towards the
 * limits, one that was claimed before is repeated as itself, and one that was gathered into another
 * goes with that. An index holds it (015), so another text needs another index.
 */
export const turn = `(case when gathered_into is not null then ${turns.gathered}
  when attempts = 0 and unanswered is null and locked_until is null and gathered_at is null
    then ${turns.untouched} else ${turns.begun} end)`;

/** A subquery: the waiting emails that may be claimed now, the one that is due longest first. */
export function selectDue(kind: EmailKind, which: keyof typeof turns, limit: string): string {
  return `(select id, next_attempt_at from outbox
    where kind = '${kind}' and ${turn} = ${turns[which]}
      and state in ('QUEUED', 'UNKNOWN') and coalesce(unanswered, 0) <= ${maxRepeats}
      and next_attempt_at <= now() and (locked_until is null or locked_until <= now())
    order by next_attempt_at, id limit ${limit} for update skip locked)`;
}
