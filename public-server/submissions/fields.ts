import { fieldLimits } from '../../common/leads/field-limits';
import type { FieldError } from '../../common/http/error-response';

export type LeadFields = Record<'first_name' | 'last_name' | 'email', string>;

const visible = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}]/u;

/** Control characters, line breaks, invalid UTF-8, and characters that change the text direction. */
const unfit = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufffd\u202a-\u202e\u2066-\u2069]/u;

const label = '[A-Za-z0-9](?:[A-Za-z0-9\\-]{0,61}[A-Za-z0-9])?';

/**
 * The HTML standard's pattern for `type=email`, with a dot required in the domain and the 64
 * characters that RFC 5321 (4.5.3.1.1) allows before the @. It is also the attribute `pattern`,
 * which browsers compile with the flag v.
 */
export const emailPattern = `[\\w.!#$%&'*+\\/=?^\`\\{\\|\\}~\\-]{1,64}@${label}(?:\\.${label})+`;

export const emailHint = 'Enter an email address like name@example.com.';

const isEmail = new RegExp(`^(?:${emailPattern})$`, 'v');

/** Returns names trimmed and in NFC, and the email as it is, because browsers trim it. */
export function readFields(given: Partial<LeadFields>) {
  const values = {
    first_name: toName(given.first_name),
    last_name: toName(given.last_name),
    email: given.email ?? '',
  };
  const problems = {
    first_name: nameProblem(values.first_name, 'first name'),
    last_name: nameProblem(values.last_name, 'last name'),
    email: emailProblem(values.email),
  };
  const errors: FieldError[] = Object.entries(problems).flatMap(([field, message]) =>
    message ? [{ field, message }] : [],
  );
  return errors.length > 0 ? { errors } : { values };
}

function toName(given = ''): string {
  return given.normalize('NFC').trim();
}

function nameProblem(name: string, label: string): string | undefined {
  if (!visible.test(name)) return `Enter your ${label}.`;
  if (Array.from(name).length > fieldLimits.name) {
    return `Enter your ${label} with ${fieldLimits.name} characters at most.`;
  }
  if (unfit.test(name)) {
    return `Type your ${label} again: it has line breaks or characters that cannot be shown.`;
  }
  if (name.includes('://')) return `Enter your ${label} without a web address.`;
  return undefined;
}

function emailProblem(email: string): string | undefined {
  if (email === '') return 'Enter your email address.';
  if (email.length > fieldLimits.email) {
    return `Enter an email address with ${fieldLimits.email} characters at most.`;
  }
  return isEmail.test(email) ? undefined : emailHint;
}
