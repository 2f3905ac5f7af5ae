import type { Knex } from 'knex';
import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import type { RecipientOutcome, RecipientRecord } from './types';

/**
 * In hexadecimal. Case, and how the domain is written (RFC 5890), make no difference, because the
 * mail server is given another spelling than the configuration.
 */
export function hashAddress(address: string): string {
  const [, local = address, domain = ''] = /^(.*)@(.*)$/s.exec(address) ?? [];
  const mailbox = `${local.toLowerCase()}@${domainToASCII(domain) || domain.toLowerCase()}`;
  return createHash('sha256').update(mailbox).digest('hex');
}

/**
 * Records what became of emails that were sent as one at each recipient, except of those that have been
 * deleted. Who has got it keeps it, whatever a late worker says.
 */
export async function recordRecipients(
  trx: Knex,
  emailIds: string[],
  outcomes: RecipientOutcome[],
): Promise<void> {
  const rows = outcomes.map(({ address, ...rest }) => ({ hash: hashAddress(address), ...rest }));
  await trx.raw(
    `insert into outbox_recipients (outbox_id, address_hash, state, last_error)
    select outbox.id, decode(hash, 'hex'), outcome.state, error
    from outbox, jsonb_to_recordset(?::jsonb) as outcome (hash text, state outbox_state, error text)
    where outbox.id = any(?::uuid[])
    on conflict (outbox_id, address_hash) do update
      set state = excluded.state, last_error = excluded.last_error, updated_at = now()
      where outbox_recipients.state <> 'SENT'`,
    [JSON.stringify(rows), emailIds],
  );
}

/** Lets those who did not get these emails be tried again. */
export async function resetRecipients(trx: Knex, emailIds: string[]): Promise<void> {
  await trx('outbox_recipients')
    .whereRaw('outbox_id = any(?::uuid[])', [emailIds])
    .whereNot({ state: 'SENT' })
    .update({ state: 'QUEUED', last_error: null, updated_at: trx.fn.now() });
}

/** For `select`: the recipients of an email as a list of `RecipientRecord`. */
export function selectRecipients(db: Knex): Knex.Raw {
  return db.raw(`coalesce((
    select json_agg(json_build_object('hash', encode(address_hash, 'hex'), 'state', state,
      'error', last_error) order by address_hash)
    from outbox_recipients where outbox_id = outbox.id), '[]') as recipients`);
}

/** The latest refusal of each address that refused a notification in the last seven days. */
export async function refusedRecipients(
  db: Knex,
): Promise<(RecipientRecord & { count: number })[]> {
  const { rows } = await db.raw<{ rows: (RecipientRecord & { count: number })[] }>(
    `select encode(address_hash, 'hex') as hash, 'FAILED' as state, count(distinct coalesce(gathered_into, id))::int as count,
      (array_agg(outbox_recipients.last_error order by updated_at desc))[1] as error
    from outbox_recipients join outbox on outbox.id = outbox_id
    where outbox_recipients.state = 'FAILED' and updated_at > now() - interval '7 days'
    group by address_hash order by address_hash`,
  );
  return rows;
}
