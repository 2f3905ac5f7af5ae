import { z } from 'zod';
import { accountRoles } from '../../common/accounts/repository';
import { emailAddress } from '../../common/config/environment';
import { generatePassword } from '../../common/accounts/passwords';
import { textOf } from '../http/form';
import { passwordProblem, type FirmConfig } from './password-rules';

export const addressTaken = 'An account with this address already exists. Use another address.';
export const lastAdministrator =
  'Nothing was changed: this is the last active administrator. Make another account an administrator first.';

const addressRule = 'Enter an email address, such as ann@firm.example.';
const noColon = 'An address with a colon cannot sign in. Use another address.'; // RFC 7617, section 2
const nameRule = 'Enter a name of 1 to 100 characters on one line.';
const roleRule = 'Choose one of the two roles.';

export const roleField = z.enum(accountRoles, roleRule);

/** The fields of a new account. Lengths count code points, as the database does. */
export const newAccountFields = z.object({
  email: z
    .string()
    .refine((email) => emailAddress.safeParse(email).success && !/\p{Cc}/u.test(email), addressRule)
    .regex(/^.{0,254}$/su, 'Use an address of at most 254 characters.')
    .regex(/^[^:]*$/, noColon),
  name: z
    .string()
    .trim()
    .regex(/^\P{Cc}{1,100}$/u, nameRule),
  role: roleField,
});

export type NewAccountFields = z.output<typeof newAccountFields>;
export type FieldProblems = Partial<
  Record<keyof NewAccountFields | 'current_password' | 'password' | 'repeat', string>
>;

/** Returns the first problem of each field. */
function problemsOf(error: z.ZodError<NewAccountFields>): FieldProblems {
  const problems = error.issues.map(({ path, message }) => [path.join('.'), message] as const);
  return Object.fromEntries(problems.reverse());
}

/** Reads the form for a new account: returns the account, or the problems of its fields. */
export async function readNewAccount(form: URLSearchParams, config: FirmConfig) {
  const entered = {
    email: textOf(form, 'email'),
    name: textOf(form, 'name'),
    role: textOf(form, 'role'),
  };
  const chosen = form.get('password') ?? '';
  const { success, data, error } = newAccountFields.safeParse(entered);
  const password = chosen ? await passwordProblem(chosen, entered, config) : undefined;
  if (success && !password) return { entered, account: { ...data, ...newPassword(chosen) } };
  return { entered, problems: { ...(error && problemsOf(error)), ...(password && { password }) } };
}

/** Returns the problem of a password that is to be repeated, as the form for one's own asks. */
export function repeatProblem(form: URLSearchParams): string | undefined {
  const chosen = form.get('password') ?? '';
  const isRepeated = (form.get('repeat') ?? chosen) === chosen;
  return isRepeated ? undefined : 'The two passwords differ. Type both again.';
}

/** Returns the chosen password, or a generated one if `chosen` is empty. */
export function newPassword(chosen: string): { password: string; generated: string | undefined } {
  const generated = chosen ? undefined : generatePassword();
  return { password: generated ?? chosen, generated };
}
