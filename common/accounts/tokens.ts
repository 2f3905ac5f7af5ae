import type { Knex } from 'knex';
import { createHash, randomBytes } from 'node:crypto';
import { recordEvent } from '../audit/repository';
import { selectAccounts, type Account } from './repository';

/** A token of the JSON API without the token itself, which is shown once and never stored. */
export interface ApiToken {
  id: string;
  accountId: string;
  name: string;
  createdAt: Date;
  expiresAt: Date;
}

export type TokenRepository = ReturnType<typeof createTokenRepository>;

const prefix = 'lead_'; // lets secret scanners recognize one

export function createTokenRepository(db: Knex) {
  const valid = (builder: Knex.QueryBuilder) => {
    builder.whereNull('revoked_at').whereRaw('expires_at > now()');
  };

  return {
    /** Returns the token, which cannot be read again. */
    create: (accountId: string, name: string, expiresInSeconds: number) =>
      db.transaction(async (trx) => {
        const token = prefix + randomBytes(32).toString('base64url');
        const [row] = await trx('api_tokens')
          .insert({
            account_id: accountId,
            name,
            hash: hashOf(token),
            expires_at: trx.raw("now() + ? * interval '1 second'", [expiresInSeconds]),
          })
          .returning<{ id: string }[]>('id');
        const details = { token_id: row?.id, account_id: accountId };
        await recordEvent(trx, { actor: accountId, action: 'TOKEN_CREATED', details });
        return token;
      }),

    /** Returns the active account of a token that is neither expired nor revoked. */
    findAccount: (token: string) =>
      selectAccounts(db)
        .join('api_tokens', 'api_tokens.account_id', 'accounts.id')
        .where({ hash: hashOf(token), is_active: true })
        .modify(valid)
        .first<Account | undefined>(),

    /** Returns the valid tokens, newest first. */
    list: () =>
      db('api_tokens').modify(valid).orderBy('created_at', 'desc').limit(1000).select<ApiToken[]>({
        id: 'id',
        accountId: 'account_id',
        name: 'name',
        createdAt: 'created_at',
        expiresAt: 'expires_at',
      }),

    /** Returns false when the account has no such valid token. */
    revoke: (accountId: string, id: string, actor: string) =>
      db.transaction(async (trx) => {
        const revoked = await trx('api_tokens')
          .where({ id, account_id: accountId })
          .modify(valid)
          .update({ revoked_at: trx.fn.now() });
        if (revoked === 0) return false;
        const details = { token_id: id, account_id: accountId };
        await recordEvent(trx, { actor, action: 'TOKEN_REVOKED', details });
        return true;
      }),
  };
}

/** A plain hash is enough for 256 random bits, which cannot be guessed. */
function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
