import type { FieldProblems } from '../../accounts/fields';
import type { Time } from '../../format';
import type { SelectOption, TokenRow } from '../layout/partials';

export interface AccountItem {
  id: string;
  name: string;
  email: string;
  role: string;
  isActive: boolean;
  isSelf: boolean;
  isLastAdministrator: boolean;
  lastSeen: Time | undefined;
  created: Time;
  otherRole: { value: string; label: string };
  passwordProblem: string | undefined;
}

/** The limits of a password, as attributes of its field. */
interface PasswordLimits {
  minlength: number;
  maxlength: number;
}

export interface AccountList {
  accounts: AccountItem[];
  tokens: TokenRow[];
  password: PasswordLimits;
  message: string | undefined;
  isRefused: boolean;
  problems: FieldProblems;
  entered: { email: string; name: string; roles: SelectOption[] };
  passwordProblem: { accountId: string; message: string } | undefined;
}

export interface OwnAccount {
  account: { id: string; name: string; email: string; role: string };
  tokens: TokenRow[];
  password: PasswordLimits;
  problems: FieldProblems;
  refusedField: keyof FieldProblems | undefined;
}

export interface PasswordChange {
  heading: string;
  name: string;
  email: string;
  isNew: boolean;
  isSelf: boolean;
  /** Undefined where somebody chose the password: it is never shown. */
  generated: string | undefined;
}

export interface AccountViews {
  'accounts/list': AccountList;
  'accounts/own': OwnAccount;
  'accounts/password': PasswordChange;
}

/** What the views include. */
export interface AccountTemplates {
  'accounts/changes': { account: AccountItem; password: PasswordLimits };
}
