import type { Context } from 'koa';
import type { Account } from '../../common/accounts/repository';
import type { CheckPassword } from '../auth/password-check';
import { passwordProblem, type FirmConfig } from './password-rules';

export interface OwnPasswordDeps {
  checkPassword: CheckPassword;
  config: FirmConfig;
}

interface OwnChange {
  current: string;
  password: string;
}

type OwnProblems = Partial<Record<'current_password' | 'password', string>>;

/** Returns why the account cannot change its own password so, by field; nothing when it can. */
export async function ownPasswordProblems(
  { checkPassword, config }: OwnPasswordDeps,
  ctx: Context,
  account: Account,
  { current, password }: OwnChange,
): Promise<OwnProblems> {
  const isRight = current !== '' && (await checkPassword(ctx, account.email, account, current));
  const wrong = current === '' ? 'Enter your current password.' : 'This is not your current one.';
  const isSame = isRight && current.normalize('NFC') === password.normalize('NFC'); // as hashed
  const problem = isSame
    ? 'This is your current password. Choose another.'
    : await passwordProblem(password, account, config);
  return { ...(!isRight && { current_password: wrong }), ...(problem && { password: problem }) };
}
