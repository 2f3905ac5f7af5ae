import type { Knex } from 'knex';
import { createHmac, randomBytes } from 'node:crypto';
import { recordEvent } from '../audit/repository';

export type SignInRepository = ReturnType<typeof createSignInRepository>;

/** For how long after a sign-in its network counts as one of the account's own. */
const knownForDays = 30;
const maxRecorded = 10_000;

/** From where each account signed in lately. Networks are kept as keyed hashes. */
export function createSignInRepository(db: Knex) {
  let key: Buffer | undefined;
  const recorded = new Set<string>(); // today's, so that not every request asks

  return {
    /** Returns the HMAC of `text` under a key that all internal servers share; 128 bits. */
    async sign(text: string): Promise<string> {
      key ??= await readKey(db);
      return createHmac('sha256', key).update(text).digest().subarray(0, 16).toString('base64url');
    },

    async isKnown(accountId: string, network: string): Promise<boolean> {
      const row = await db('sign_in_networks')
        .where({ account_id: accountId, network })
        .whereRaw('last_signed_in_on > current_date - ?::int', [knownForDays])
        .first<object | undefined>('network');
      return row !== undefined;
    },

    /** Keeps the network and records the event, once a day. */
    async record(accountId: string, network: string): Promise<void> {
      const today = new Date().toISOString().slice(0, 10);
      const entry = `${today} ${accountId} ${network}`;
      if (recorded.has(entry)) return;
      await db.transaction((trx) => record(trx, accountId, network));
      if (recorded.size >= maxRecorded) recorded.clear();
      recorded.add(entry);
    },
  };
}

/** Returns the key, which is made once. */
async function readKey(db: Knex): Promise<Buffer> {
  const stored = await db('sign_in_key').first<{ key: Buffer } | undefined>('key');
  if (stored) return stored.key;
  await db('sign_in_key')
    .insert({ key: randomBytes(32) })
    .onConflict()
    .ignore();
  return readKey(db);
}

async function record(trx: Knex, accountId: string, network: string): Promise<void> {
  await trx('sign_in_networks')
    .where({ account_id: accountId })
    .whereRaw('last_signed_in_on <= current_date - ?::int', [knownForDays])
    .del();
  const kept = await trx('sign_in_networks')
    .insert({ account_id: accountId, network })
    .onConflict(['account_id', 'network'])
    .merge({ last_signed_in_on: trx.raw('current_date') })
    .whereRaw('sign_in_networks.last_signed_in_on < current_date')
    .returning('network');
  if (kept.length === 0) return;
  await recordEvent(trx, { actor: accountId, action: 'SIGNED_IN', details: { network } });
}
