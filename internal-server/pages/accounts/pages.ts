import type { Context } from 'koa';
import { minPasswordLength } from '../../../common/accounts/passwords';
import {
  accountRoles,
  type Account,
  type AccountRepository,
} from '../../../common/accounts/repository';
import type { TokenRepository } from '../../../common/accounts/tokens';
import { maxPasswordLength, type FieldProblems } from '../../accounts/fields';
import type { RenderPage } from '../layout/render-page';
import { accountItems, roleNames, tokenRows } from './rows';

export interface AccountPageDeps {
  accounts: Pick<AccountRepository, 'list'>;
  tokens: Pick<TokenRepository, 'list'>;
  render: RenderPage;
}

/** Why a change was refused. */
export interface AccountProblem {
  /** On top of the page. */
  message?: string;
  /** At the fields of the form for a new account, with what was entered. */
  problems?: FieldProblems;
  entered?: { email: string; name: string; role: string };
  /** At the password field of one account. */
  passwordOf?: { accountId: string; problems: FieldProblems };
}

export interface PasswordDone {
  account: Pick<Account, 'id' | 'email' | 'name'>;
  isNew: boolean;
  generated: string | undefined;
}

const password = { minlength: minPasswordLength, maxlength: maxPasswordLength };
const nothingEntered = { email: '', name: '', role: 'ATTORNEY' };

export function createAccountPages({ accounts, tokens, render }: AccountPageDeps) {
  return {
    /** All accounts, and the form for a new one. */
    async list(ctx: Context, status = 200, problem: AccountProblem = {}): Promise<void> {
      const { message, problems = {}, entered = nothingEntered } = problem;
      const [everybody, allTokens] = await Promise.all([accounts.list(), tokens.list()]);
      const passwordProblem = toPasswordProblem(problem);
      ctx.status = status;
      ctx.body = await render(ctx, 'accounts/list', {
        title: 'Accounts',
        section: '/accounts',
        accounts: accountItems(everybody, ctx.state.account.id, passwordProblem),
        tokens: tokenRows(allTokens, everybody),
        password,
        message,
        problems,
        isRefused: Object.keys(problems).length > 0,
        entered: { ...entered, roles: roleOptions(entered.role) },
        passwordProblem,
      });
    },

    /** The account that is signed in. */
    async own(ctx: Context, status = 200, problems: FieldProblems = {}): Promise<void> {
      const { id, name, email, role } = ctx.state.account;
      const ownTokens = (await tokens.list()).filter(({ accountId }) => accountId === id);
      ctx.status = status;
      ctx.body = await render(ctx, 'accounts/own', {
        title: 'Your account',
        section: '/account',
        account: { id, name, email, role: roleNames[role] },
        tokens: tokenRows(ownTokens, [{ id, name }]),
        password,
        problems,
        refusedField: (['password', 'repeat'] as const).find((field) => problems[field]),
      });
    },

    /** Confirms a new password, and shows it once if it was generated. */
    async done(ctx: Context, status: number, done: PasswordDone): Promise<void> {
      const { account, isNew, generated } = done;
      const isSelf = account.id === ctx.state.account.id;
      const title = isNew ? 'Account created' : 'Password changed';
      ctx.status = status;
      ctx.body = await render(ctx, 'accounts/password', {
        title,
        section: isSelf ? '/account' : '/accounts',
        heading: title,
        name: account.name,
        email: account.email,
        isNew,
        isSelf,
        generated,
      });
    },
  };
}

function toPasswordProblem({ passwordOf }: AccountProblem) {
  const message = passwordOf?.problems.password ?? passwordOf?.problems.repeat;
  return passwordOf && message ? { accountId: passwordOf.accountId, message } : undefined;
}

function roleOptions(selected: string) {
  return accountRoles
    .map((role) => ({ value: role, label: roleNames[role], isSelected: role === selected }))
    .reverse(); // the less powerful one first
}
