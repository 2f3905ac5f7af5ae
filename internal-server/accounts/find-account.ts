import createError from 'http-errors';
import type { Account, AccountRepository } from '../../common/accounts/repository';
import { isUuid } from '../../common/is-uuid';

/** Throws 404 when there is no such account, or the id is not a UUID. */
export async function findAccount(
  accounts: Pick<AccountRepository, 'find'>,
  id = '',
): Promise<Account> {
  const account = isUuid(id) ? await accounts.find(id) : undefined;
  if (!account) throw createError(404, 'No such account.');
  return account;
}
