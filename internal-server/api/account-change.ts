import createError from 'http-errors';
import type { Context } from 'koa';
import { z } from 'zod';
import { minPasswordLength } from '../../common/accounts/passwords';
import type { Account } from '../../common/accounts/repository';
import { ownPasswordProblems, type OwnPasswordDeps } from '../accounts/change-own-password';
import { roleField } from '../accounts/fields';
import { lengthProblem, maxPasswordLength, passwordProblem } from '../accounts/password-rules';
import { temporaryPassword } from '../auth/require-own-password';
import type { SignedIn } from '../auth/sign-in';

// The other rules depend on whose it is: the operations check them.
export const chosenPassword = z
  .string()
  .superRefine((password, context) => {
    const message = lengthProblem(password);
    if (message) context.addIssue({ code: 'custom', message });
  })
  .meta({ minLength: minPasswordLength, maxLength: maxPasswordLength, format: 'password' });

const onlyForOwn = 'Send it with a new password of your own account only.';
export const changeDescription =
  'An account that is no administrator may change its own password here, and nothing else. For one\'s own, "current_password" is needed; a password for somebody else must be changed at the next sign-in. A new password revokes the tokens. 409: this is the last active administrator, or somebody else has just set a new password.';

export const accountChange = z
  .strictObject({
    role: roleField.optional(),
    is_active: z.boolean().optional(),
    password: chosenPassword.optional(),
    current_password: z
      .string()
      .meta({ format: 'password', description: 'Needed to change your own password' })
      .optional(),
  })
  .meta({ id: 'AccountChange', example: { role: 'ADMIN', is_active: true } });

export type AccountChange = z.output<typeof accountChange>;

/** Throws 403 unless this is one's own password alone, or comes from an administrator. */
export function requireAllowed(
  actor: SignedIn,
  { password, role, is_active: isActive }: AccountChange,
) {
  const isPasswordAlone = role === undefined && isActive === undefined;
  if (actor.mustChangePassword && (password === undefined || !isPasswordAlone)) {
    throw temporaryPassword(actor.id);
  }
  if (actor.role !== 'ADMIN' && !isPasswordAlone) {
    throw createError(403, 'Only administrators may change roles, and who may sign in.');
  }
}

/** Returns the problems of the password in a change, by field. */
export async function passwordProblems(
  deps: OwnPasswordDeps,
  ctx: Context,
  account: Account,
  body: AccountChange,
) {
  const { password, current_password: current } = body;
  const isOwn = account.id === ctx.state.account.id;
  if (password === undefined || !isOwn) {
    const problem =
      password !== undefined && (await passwordProblem(password, account, deps.config));
    return {
      ...(current !== undefined && { current_password: onlyForOwn }),
      ...(problem && { password: problem }),
    };
  }
  return ownPasswordProblems(deps, ctx, account, { current: current ?? '', password });
}

/** The 422 of these fields. */
export function refused(problems: Record<string, string>) {
  const errors = Object.entries(problems).map(([field, message]) => ({ field, message }));
  return createError(422, 'The body is not valid. See "errors".', { errors });
}
