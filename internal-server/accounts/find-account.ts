import createError from 'http-errors';
import type { Account, AccountRepository } from '../../common/accounts/repository';
import { isUuid } from '../../common/is-uuid';

/** Throws 404 for an unknown id, and for one that is none. */
export async function findAccount(
  accounts: Pick<AccountRepository, 'find'>,
  id = '',
): Promise<Account> {
  const account = isUuid(id) ? await accounts.find(id) : undefined;
  if (!account) throw createError(404, 'No such account.');
  return account;
}
