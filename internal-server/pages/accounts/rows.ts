import type { Account, AccountRole } from '../../../common/accounts/repository';
import type { ApiToken } from '../../../common/accounts/tokens';
import { toTime } from '../../format';

export const roleNames: Record<AccountRole, string> = {
  ADMIN: 'Administrator',
  ATTORNEY: 'Attorney',
};

export interface PasswordProblem {
  accountId: string;
  message: string;
}

/** Each account with what can be done to it. Nothing of a password gets here. */
export function accountRows(accounts: Account[], ownId: string, problem?: PasswordProblem) {
  const admins = accounts.filter(({ role, isActive }) => role === 'ADMIN' && isActive);
  return accounts.map(({ role, isActive, createdAt, lastSeenAt, ...account }) => ({
    ...{ id: account.id, name: account.name, email: account.email, isActive },
    mustChangePassword: account.mustChangePassword,
    role: roleNames[role],
    otherRole:
      role === 'ADMIN'
        ? { value: 'ATTORNEY', label: 'Make attorney' }
        : { value: 'ADMIN', label: 'Make administrator' },
    toggle: isActive ? { path: 'disable', label: 'Disable' } : { path: 'enable', label: 'Enable' },
    isSelf: account.id === ownId,
    isLastAdministrator: admins.length === 1 && admins[0]?.id === account.id,
    created: toTime(createdAt),
    lastSeen: lastSeenAt ? toTime(lastSeenAt) : undefined,
    passwordProblem: problem?.accountId === account.id ? problem.message : undefined,
  }));
}

export function tokenRows(tokens: ApiToken[], accounts: Pick<Account, 'id' | 'name'>[]) {
  const names = new Map(accounts.map(({ id, name }) => [id, name]));
  return tokens.map(({ id, accountId, name, createdAt, expiresAt }) => ({
    ...{ id, accountId, name },
    owner: names.get(accountId) ?? '',
    created: toTime(createdAt),
    expires: toTime(expiresAt),
  }));
}
