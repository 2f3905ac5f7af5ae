import type { Knex } from 'knex';
import { maxRepeats } from './repeats';
import { selectDue, turn, turns } from './turn';

/** So many claims, renewals and records of one gathered email take well under a second each. */
const mostInOne = 10_000;

const isRecent = "gathered_at > now() - interval '10 minutes'";
const waitsAfterBegun = `kind = 'NOTIFICATION' and ${turn} = ${turns.begun}
  and state in ('QUEUED', 'UNKNOWN')`;

/**
 * Gathers the notifications that are due and that nobody has claimed yet into the one that is due
 * longest, at most once in ten minutes, unless that email failed. Later ones never join it: a mail
 * server may drop a repeat under the same Message-ID, and what is new in it.
 */
export async function gatherNotifications(trx: Knex): Promise<void> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `select id from ${selectDue('NOTIFICATION', 'untouched', '?')} as due
    where not exists (select from outbox where ${waitsAfterBegun} and ${isRecent})
      and not exists (select from outbox where state = 'SENT' and kind = 'NOTIFICATION'
        and gathered_into is null and sent_at > now() - interval '10 minutes' and ${isRecent})
      and not exists (select from outbox_recipients where outbox_id = due.id and state <> 'QUEUED')
    order by next_attempt_at, id`,
    [mostInOne],
  );
  const [carrier, ...members] = rows.map(({ id }) => id);
  if (carrier === undefined) return;
  await trx('outbox').where({ id: carrier }).update({ gathered_at: trx.fn.now() });
  if (members.length === 0) return;
  await trx('outbox').whereRaw('id = any(?::uuid[])', [members]).update({ gathered_into: carrier });
}

/**
 * Frees the notifications that wait for an email which has ended without them. No version that knows
 * of them leaves any behind; an earlier one that runs at the same time does.
 */
export async function freeLeftBehind(trx: Knex): Promise<void> {
  await trx.raw(
    `update outbox set gathered_into = null
    where kind = 'NOTIFICATION' and ${turn} = ${turns.gathered} and state in ('QUEUED', 'UNKNOWN')
      and exists (select from outbox as carrier where carrier.id = outbox.gathered_into
        and (carrier.state not in ('QUEUED', 'UNKNOWN') or carrier.unanswered > ${maxRepeats}
          and coalesce(outbox.unanswered, 0) <= ${maxRepeats}))`,
  );
}
