import type { Context } from 'koa';
import { verifyPassword } from '../../common/accounts/passwords';
import type { Account } from '../../common/accounts/repository';

/** Whether this is the password of the account, which asks to change it. */
export type CheckPassword = (ctx: Context, account: Account, password: string) => Promise<boolean>;

export const checkPassword: CheckPassword = (_ctx, account, password) =>
  verifyPassword(password, account.passwordHash);
