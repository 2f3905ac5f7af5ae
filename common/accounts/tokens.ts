import type { Knex } from 'knex';
import { createHash, randomBytes } from 'node:crypto';
import { toAccount, type Account, type AccountRow } from './repository';
import { recordEvent } from '../audit/repository';

/** A token of the JSON API without the token itself, which is shown once and never stored. */
export interface ApiToken {
  id: string;
  accountId: string;
  name: string;
  createdAt: Date;
  expiresAt: Date;
}

export interface TokenRepository {
  /** Returns the token, which cannot be read again. */
  create(accountId: string, name: string, expiresInSeconds: number): Promise<string>;
  /** Returns the active account of a token that is neither expired nor revoked. */
  findAccount(token: string): Promise<Account | undefined>;
  /** Returns the valid tokens, newest first. */
  list(): Promise<ApiToken[]>;
  /** Returns false when the account has no such valid token. */
  revoke(accountId: string, id: string, actor: string): Promise<boolean>;
}

const prefix = 'lead_'; // lets secret scanners recognize one

export function createTokenRepository(db: Knex): TokenRepository {
  const valid = (builder: Knex.QueryBuilder) => {
    builder.whereNull('revoked_at').whereRaw('expires_at > now()');
  };

  return {
    create: (accountId, name, expiresInSeconds) =>
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

    async findAccount(token) {
      const row = await db('api_tokens')
        .join('accounts', 'accounts.id', 'api_tokens.account_id')
        .where({ hash: hashOf(token), is_active: true })
        .modify(valid)
        .first<AccountRow | undefined>('accounts.*');
      return row && toAccount(row);
    },

    list: () =>
      db('api_tokens').modify(valid).orderBy('created_at', 'desc').limit(1000).select<ApiToken[]>({
        id: 'id',
        accountId: 'account_id',
        name: 'name',
        createdAt: 'created_at',
        expiresAt: 'expires_at',
      }),

    revoke: (accountId, id, actor) =>
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
