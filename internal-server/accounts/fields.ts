import { z } from 'zod';
import { accountRoles } from '../../common/accounts/repository';
import { emailAddress } from '../../common/config/environment';
import { generatePassword, minPasswordLength } from '../../common/accounts/passwords';
import { textOf } from '../http/form';

export const maxPasswordLength = 200; // far beyond any passphrase, and short work for the hash

const example = 'Enter an email address, such as ann@firm.example.';
const colon = 'An address with a colon cannot sign in. Use another one.'; // RFC 7617, section 2
const oneRole = 'Choose one of the two roles.';
export const isTaken = 'There is an account with this address already. Use another one.';
const nameRule = 'Enter a name of 1 to 100 characters, in one line.';

export const roleField = z.enum(accountRoles, oneRole);

/** Whom an account is for. Lengths are in characters (code points), as the database counts them. */
export const newAccountFields = z.object({
  email: z
    .string()
    .refine((email) => emailAddress.safeParse(email).success && !/\p{Cc}/u.test(email), example)
    .regex(/^.{0,254}$/su, 'Use an address of at most 254 characters.')
    .regex(/^[^:]*$/, colon),
  name: z
    .string()
    .trim()
    .regex(/^\P{Cc}{1,100}$/u, nameRule),
  role: roleField,
});

export type NewAccountFields = z.output<typeof newAccountFields>;
export type FieldProblems = Partial<Record<keyof NewAccountFields | 'password' | 'repeat', string>>;

/** The first problem of each field. */
export function problemsOf(error: z.ZodError<NewAccountFields>): FieldProblems {
  const { fieldErrors } = z.flattenError(error);
  return {
    ...(fieldErrors.email && { email: fieldErrors.email[0] ?? example }),
    ...(fieldErrors.name && { name: fieldErrors.name[0] ?? nameRule }),
    ...(fieldErrors.role && { role: fieldErrors.role[0] ?? oneRole }),
  };
}

/** Why a chosen password cannot be one; undefined when it can. */
export function passwordProblem(password: string): string | undefined {
  const { length } = Array.from(password); // code points
  if (length < minPasswordLength) return `Use at least ${minPasswordLength} characters.`;
  if (length > maxPasswordLength) return `Use at most ${maxPasswordLength} characters.`;
  // RFC 7617, section 2: basic auth cannot carry them.
  if (/\p{Cc}/u.test(password)) return 'Leave out tabs, line breaks and other control characters.';
  return undefined;
}

/** What a form for a new account holds: an account, or what is wrong with it. */
export function readNewAccount(form: URLSearchParams) {
  const entered = {
    email: textOf(form, 'email'),
    name: textOf(form, 'name'),
    role: textOf(form, 'role'),
  };
  const chosen = form.get('password') ?? '';
  const { success, data, error } = newAccountFields.safeParse(entered);
  const password = chosen ? passwordProblem(chosen) : undefined;
  if (success && !password) return { entered, account: { ...data, ...newPassword(chosen) } };
  return { entered, problems: { ...(error && problemsOf(error)), ...(password && { password }) } };
}

/** `isOwn`: nobody wants to be surprised by a generated password on their own page. */
export function readPassword(form: URLSearchParams, isOwn: boolean) {
  const chosen = form.get('password') ?? '';
  const password = chosen || isOwn ? passwordProblem(chosen) : undefined;
  if (password) return { problems: { password } };
  if ((form.get('repeat') ?? chosen) === chosen) return { password: newPassword(chosen) };
  return { problems: { repeat: 'This differs from the new password. Type both again.' } };
}

/** The chosen one, or where none was chosen a generated one, which somebody has to be told. */
export function newPassword(chosen: string): { password: string; generated: string | undefined } {
  const generated = chosen ? undefined : generatePassword();
  return { password: generated ?? chosen, generated };
}
