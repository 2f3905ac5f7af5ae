import createError from 'http-errors';
import type { Knex } from 'knex';
import type { AuditAction } from '../audit/actions';
import { recordEvent } from '../audit/repository';

export const accountRoles = ['ADMIN', 'ATTORNEY'] as const;
export type AccountRole = (typeof accountRoles)[number];

export interface Account {
  id: string;
  email: string;
  name: string;
  role: AccountRole;
  passwordHash: string;
  isActive: boolean;
  /** Somebody else chose the password: until it is changed, the account can do nothing else. */
  mustChangePassword: boolean;
  createdAt: Date;
  lastSeenAt: Date | null;
}

type Standing = Pick<Account, 'role' | 'isActive'>;
/** A new password; `replaces` is the hash that it may replace, if only that one. */
type NewPassword = Pick<Account, 'passwordHash'> & { replaces?: string | undefined };
export type AccountChange = Partial<Standing & NewPassword>;
type NewAccount = Pick<Account, 'email' | 'name' | 'role' | 'passwordHash'> &
  Partial<Pick<Account, 'mustChangePassword'>>;

export type AccountRepository = ReturnType<typeof createAccountRepository>;

const seenEveryMs = 60_000;
const replacedMeanwhile = 'Nothing was changed: somebody else has just set a new password.';

/** Whoever changes an account (`actor`) is recorded in the audit. */
export function createAccountRepository(db: Knex) {
  return {
    /** Returns undefined when another account has the address. */
    create: ({ passwordHash, mustChangePassword, ...account }: NewAccount, actor: string) =>
      db.transaction(async (trx) => {
        const [created] = await trx('accounts')
          .insert({
            ...account,
            password_hash: passwordHash,
            must_change_password: mustChangePassword ?? false,
          })
          .onConflict()
          .ignore()
          .returning<Pick<Account, 'id'>[]>('id');
        if (!created) return undefined;
        const details = { account_id: created.id, role: account.role };
        await recordEvent(trx, { actor, action: 'ACCOUNT_CREATED', details });
        return selectAccounts(trx).where(created).first<Account | undefined>();
      }),

    find: (id: string) => selectAccounts(db).where({ id }).first<Account | undefined>(),

    /** Ignores case. */
    findByEmail: (email: string) =>
      selectAccounts(db).whereRaw('lower(email) = lower(?)', [email]).first<Account | undefined>(),

    list: (): Promise<Account[]> => selectAccounts(db).orderBy('email'),

    async count() {
      const [row] = await db('accounts').count<{ n: string }[]>({ n: '*' });
      return Number(row?.n);
    },

    /**
     * Unless the account sets it itself, the password must be changed at the next sign-in. Also
     * revokes the account's tokens: someone who knew the old password may have created them.
     * Throws 409 when somebody replaced the password meanwhile.
     */
    setPassword: (id: string, passwordHash: string, actor: string, replaces?: string) =>
      db.transaction((trx) => setPassword(trx, id, { passwordHash, replaces }, actor)),

    /**
     * Returns false, and changes nothing, for an unknown account and when no active administrator
     * would be left. Records no event for what does not change.
     */
    change: (id: string, { passwordHash, replaces, ...standing }: AccountChange, actor: string) =>
      db.transaction(async (trx) => {
        if (!(await changeStanding(trx, id, standing, actor))) return false;
        if (passwordHash !== undefined)
          await setPassword(trx, id, { passwordHash, replaces }, actor);
        return true;
      }),

    /** Records that the account, which was just read, is in use; at most once a minute. */
    async seen({ id, lastSeenAt }: Pick<Account, 'id' | 'lastSeenAt'>) {
      if (lastSeenAt && Date.now() - lastSeenAt.getTime() < seenEveryMs) return;
      await db('accounts')
        .where({ id })
        .whereRaw("coalesce(last_seen_at, '-infinity') < now() - interval '1 minute'")
        .update({ last_seen_at: db.fn.now() });
    },
  };
}

/** Selects rows that are an `Account`. */
export function selectAccounts(db: Knex): Knex.QueryBuilder {
  return db('accounts').select({
    id: 'accounts.id',
    email: 'accounts.email',
    name: 'accounts.name',
    role: 'accounts.role',
    passwordHash: 'accounts.password_hash',
    isActive: 'accounts.is_active',
    mustChangePassword: 'accounts.must_change_password',
    createdAt: 'accounts.created_at',
    lastSeenAt: 'accounts.last_seen_at',
  });
}

async function setPassword(
  trx: Knex,
  id: string,
  { passwordHash, replaces }: NewPassword,
  actor: string,
) {
  const password = { password_hash: passwordHash, must_change_password: actor !== id };
  const replaced = { id, ...(replaces !== undefined && { password_hash: replaces }) };
  if (!(await trx('accounts').where(replaced).update(password))) {
    if (replaces !== undefined) throw createError(409, replacedMeanwhile);
    return;
  }
  await trx('api_tokens')
    .where({ account_id: id, revoked_at: null })
    .update({ revoked_at: trx.fn.now() });
  await recordEvent(trx, { actor, action: 'PASSWORD_SET', details: { account_id: id } });
}

/** Changes role and activity, but keeps the last active administrator. */
async function changeStanding(trx: Knex, id: string, change: Partial<Standing>, actor: string) {
  // The locks serialize two administrators who disable or demote each other at the same moment.
  const admins: { id: string }[] = await trx('accounts')
    .where({ role: 'ADMIN', is_active: true })
    .orderBy('id')
    .forUpdate()
    .select('id');
  const account = await selectAccounts(trx).where({ id }).forUpdate().first<Account | undefined>();
  if (!account) return false;
  const { role = account.role, isActive = account.isActive } = change;
  if (role === account.role && isActive === account.isActive) return true;
  if (admins.length === 1 && admins[0]?.id === id) return false;
  await trx('accounts').where({ id }).update({ role, is_active: isActive });
  const record = (action: AuditAction, details = {}) =>
    recordEvent(trx, { actor, action, details: { account_id: id, ...details } });
  if (role !== account.role) await record('ROLE_CHANGED', { role });
  if (isActive !== account.isActive)
    await record(isActive ? 'ACCOUNT_ENABLED' : 'ACCOUNT_DISABLED');
  return true;
}
