import type { Knex } from 'knex';
import { recordEvent, type AuditAction } from '../audit/repository';

export const accountRoles = ['ADMIN', 'ATTORNEY'] as const;
export type AccountRole = (typeof accountRoles)[number];

export interface Account {
  id: string;
  email: string;
  name: string;
  role: AccountRole;
  passwordHash: string;
  isActive: boolean;
  createdAt: Date;
  lastSeenAt: Date | null;
}

export type Standing = Pick<Account, 'role' | 'isActive'>;
export type AccountChange = Partial<Standing & Pick<Account, 'passwordHash'>>;
export type NewAccount = Pick<Account, 'email' | 'name' | 'role' | 'passwordHash'>;

export interface AccountRepository {
  /** Returns undefined when another account has the address. `actor` is recorded in the audit. */
  create(account: NewAccount, actor: string): Promise<Account | undefined>;
  find(id: string): Promise<Account | undefined>;
  /** Ignores case. */
  findByEmail(email: string): Promise<Account | undefined>;
  list(): Promise<Account[]>;
  count(): Promise<number>;
  /** Also revokes the account's tokens: someone who knew the old password may have created them. */
  setPassword(id: string, passwordHash: string, actor: string): Promise<void>;
  /**
   * Returns false, and changes nothing, for an unknown account and when no active administrator would
   * be left. Records no event for what does not change.
   */
  change(id: string, change: AccountChange, actor: string): Promise<boolean>;
  /** Records that the account, which was just read, is in use; at most once a minute. */
  seen(account: Pick<Account, 'id' | 'lastSeenAt'>): Promise<void>;
}

export interface AccountRow {
  id: string;
  email: string;
  name: string;
  role: AccountRole;
  password_hash: string;
  is_active: boolean;
  created_at: Date;
  last_seen_at: Date | null;
}

const seenEveryMs = 60_000;

export function createAccountRepository(db: Knex): AccountRepository {
  const accounts = (trx: Knex = db) => trx<AccountRow>('accounts');
  return {
    create: ({ passwordHash, ...account }, actor) =>
      db.transaction(async (trx) => {
        const [row] = await accounts(trx)
          .insert({ ...account, password_hash: passwordHash })
          .onConflict()
          .ignore()
          .returning('*');
        if (!row) return undefined;
        const details = { account_id: row.id, role: row.role };
        await recordEvent(trx, { actor, action: 'ACCOUNT_CREATED', details });
        return toAccount(row);
      }),

    async find(id) {
      const row = await accounts().where({ id }).first();
      return row && toAccount(row);
    },

    async findByEmail(email) {
      const row = await accounts().whereRaw('lower(email) = lower(?)', [email]).first();
      return row && toAccount(row);
    },

    list: async () => (await accounts().select('*').orderBy('email')).map(toAccount),

    async count() {
      const [row] = await accounts().count<{ n: string }[]>({ n: '*' });
      return Number(row?.n);
    },

    setPassword: (id, passwordHash, actor) =>
      db.transaction((trx) => setPassword(trx, id, passwordHash, actor)),

    change: (id, { passwordHash, ...standing }, actor) =>
      db.transaction(async (trx) => {
        if (!(await changeStanding(trx, id, standing, actor))) return false;
        if (passwordHash !== undefined) await setPassword(trx, id, passwordHash, actor);
        return true;
      }),

    async seen({ id, lastSeenAt }) {
      if (lastSeenAt && Date.now() - lastSeenAt.getTime() < seenEveryMs) return;
      await accounts()
        .where({ id })
        .whereRaw("coalesce(last_seen_at, '-infinity') < now() - interval '1 minute'")
        .update({ last_seen_at: db.fn.now() as unknown as Date });
    },
  };
}

async function setPassword(trx: Knex, id: string, passwordHash: string, actor: string) {
  const account = trx<AccountRow>('accounts').where({ id });
  if (!(await account.update({ password_hash: passwordHash }))) return;
  await trx('api_tokens')
    .where({ account_id: id, revoked_at: null })
    .update({ revoked_at: trx.fn.now() });
  await recordEvent(trx, { actor, action: 'PASSWORD_SET', details: { account_id: id } });
}

/** Changes role and activity, but keeps the last active administrator. */
async function changeStanding(trx: Knex, id: string, change: Partial<Standing>, actor: string) {
  // The locks serialize two administrators who disable or demote each other at the same moment.
  const admins = await trx<AccountRow>('accounts')
    .where({ role: 'ADMIN', is_active: true })
    .orderBy('id')
    .forUpdate();
  const row = await trx<AccountRow>('accounts').where({ id }).forUpdate().first();
  if (!row) return false;
  const { role = row.role, isActive = row.is_active } = change;
  if (role === row.role && isActive === row.is_active) return true;
  if (admins.length === 1 && admins[0]?.id === id) return false;
  await trx<AccountRow>('accounts').where({ id }).update({ role, is_active: isActive });
  const record = (action: AuditAction, details = {}) =>
    recordEvent(trx, { actor, action, details: { account_id: id, ...details } });
  if (role !== row.role) await record('ROLE_CHANGED', { role });
  if (isActive !== row.is_active) await record(isActive ? 'ACCOUNT_ENABLED' : 'ACCOUNT_DISABLED');
  return true;
}

export function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    passwordHash: row.password_hash,
    isActive: row.is_active,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
  };
}
