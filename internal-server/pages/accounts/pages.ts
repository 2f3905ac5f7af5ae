import type { Context } from 'koa';
import type { AuditRepository } from '../../../common/audit/repository';
import { minPasswordLength } from '../../../common/accounts/passwords';
import {
  accountRoles,
  type Account,
  type AccountRepository,
} from '../../../common/accounts/repository';
import type { TokenRepository } from '../../../common/accounts/tokens';
import type { FieldProblems } from '../../accounts/fields';
import { maxPasswordLength } from '../../accounts/password-rules';
import type { RenderPage } from '../layout/render-page';
import { accountRows, roleNames, tokenRows, type PasswordProblem } from './rows';

export interface AccountPageDeps {
  audit: Pick<AuditRepository, 'record'>;
  accounts: Pick<AccountRepository, 'list'>;
  tokens: Pick<TokenRepository, 'list'>;
  render: RenderPage;
}

/** Why a change was refused. */
interface AccountProblem {
  /** On top of the page. */
  message?: string;
  /** At the fields of the form for a new account, with what was entered. */
  problems?: FieldProblems;
  entered?: { email: string; name: string; role: string };
  /** At the password field of one account. */
  passwordProblem?: PasswordProblem;
}

const password = { minlength: minPasswordLength, maxlength: maxPasswordLength };
const ownPasswordFields = ['current_password', 'password', 'repeat'] as const;
const noFocus = { current_password: {}, password: {}, repeat: {} };
const nothingEntered = { email: '', name: '', role: 'ATTORNEY' };

export function createAccountPages({ audit, accounts, tokens, render }: AccountPageDeps) {
  return {
    /** All accounts, and the form for a new one. */
    async list(ctx: Context, status = 200, problem: AccountProblem = {}): Promise<void> {
      const { message, problems = {}, entered = nothingEntered, passwordProblem } = problem;
      await audit.record({ actor: ctx.state.account.id, action: 'ACCOUNTS_READ' });
      const [everybody, allTokens] = await Promise.all([accounts.list(), tokens.list()]);
      ctx.status = status;
      ctx.body = await render(ctx, 'accounts/list', {
        title: 'Accounts',
        section: '/accounts',
        accounts: accountRows(everybody, ctx.state.account.id, passwordProblem),
        tokens: tokenRows(allTokens, everybody),
        password,
        message,
        problems,
        isRefused: Object.keys(problems).length > 0,
        entered,
        roles: accountRoles.toReversed().map((role) => ({ value: role, label: roleNames[role] })),
        passwordProblem,
      });
    },

    /** The account that is signed in. */
    async own(ctx: Context, status = 200, problems: FieldProblems = {}): Promise<void> {
      const { id, name, email, role, mustChangePassword } = ctx.state.account;
      const refusedField = ownPasswordFields.find((field) => problems[field]);
      const focused = refusedField ?? 'current_password';
      const ownTokens = (await tokens.list()).filter(({ accountId }) => accountId === id);
      ctx.status = status;
      ctx.body = await render(ctx, 'accounts/own', {
        title: 'Your account',
        section: '/account',
        account: { id, name, email, role: roleNames[role] },
        tokens: tokenRows(ownTokens, [{ id, name }]),
        password,
        problems,
        refusedField,
        mustChangePassword,
        focus: { ...noFocus, ...(mustChangePassword && { [focused]: { autofocus: '' } }) },
      });
    },

    /** Confirms a new password, and shows it once if it was generated. */
    async done(ctx: Context, account: Account, generated?: string, isNew = false): Promise<void> {
      const { id, name, email } = account;
      const isSelf = id === ctx.state.account.id;
      if (isNew) ctx.status = 201;
      ctx.body = await render(ctx, 'accounts/password', {
        title: isNew ? 'Account created' : 'Password changed',
        section: isSelf ? '/account' : '/accounts',
        ...{ name, email, isNew, isSelf, generated },
      });
    },
  };
}
