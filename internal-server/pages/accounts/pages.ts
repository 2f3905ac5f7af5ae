import type { Context } from 'koa';
import type { Account, AccountRepository } from '../../../common/accounts/repository';
import { minPasswordLength } from '../../../common/accounts/passwords';
import type { ApiToken, TokenRepository } from '../../../common/accounts/tokens';
import { maxPasswordLength, type FieldProblems } from '../../accounts/fields';
import type { RenderPage } from '../layout/render-page';

export interface AccountPageDeps {
  accounts: Pick<AccountRepository, 'list'>;
  tokens: Pick<TokenRepository, 'list'>;
  render: RenderPage;
}

/** What kept a change from being made. */
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
  /** Undefined where somebody chose the password: it is never shown. */
  generated: string | undefined;
}

const limits = { minPasswordLength, maxPasswordLength };

export function createAccountPages({ accounts, tokens, render }: AccountPageDeps) {
  return {
    /** Everybody's account, and the form for a new one. */
    async all(ctx: Context, status = 200, problem: AccountProblem = {}): Promise<void> {
      const {
        message,
        problems = {},
        entered = { email: '', name: '', role: 'ATTORNEY' },
      } = problem;
      const [everybody, theirTokens] = await Promise.all([accounts.list(), tokens.list()]);
      ctx.status = status;
      ctx.body = await render(ctx, 'accounts/list', {
        ...limits,
        title: 'Accounts',
        path: '/accounts',
        rows: accountRows(everybody, ctx.state.account.id),
        tokens: tokenRows(theirTokens, everybody),
        message,
        problems,
        isRefused: Object.keys(problems).length > 0,
        entered,
        passwordProblem: passwordProblem(problem),
      });
    },

    /** The account that asks. */
    async own(ctx: Context, status = 200, problems: FieldProblems = {}): Promise<void> {
      const { account } = ctx.state;
      const own = (await tokens.list()).filter(({ accountId }) => accountId === account.id);
      ctx.status = status;
      ctx.body = await render(ctx, 'accounts/own', {
        ...limits,
        title: 'Your account',
        path: '/account',
        tokens: tokenRows(own, [account]),
        problems,
      });
    },

    /** Says that an account has a password now, and once which one where it was generated. */
    async done(ctx: Context, status: number, done: PasswordDone): Promise<void> {
      const isSelf = done.account.id === ctx.state.account.id;
      ctx.status = status;
      ctx.body = await render(ctx, 'accounts/password', {
        title: done.isNew ? 'Account created' : 'Password changed',
        path: isSelf ? '/account' : '/accounts',
        of: done.account,
        isNew: done.isNew,
        isSelf,
        generated: done.generated,
      });
    },
  };
}

function passwordProblem({ passwordOf }: AccountProblem) {
  const { accountId = '', problems = {} } = passwordOf ?? {};
  return { accountId, message: problems.password ?? problems.repeat };
}

/** Each with its owner's name. */
function tokenRows(tokens: ApiToken[], accounts: Pick<Account, 'id' | 'name'>[]) {
  const names = new Map(accounts.map(({ id, name }) => [id, name]));
  return tokens.map((token) => ({ ...token, owner: names.get(token.accountId) }));
}

/** As the table shows them: nothing of the password gets there. */
function accountRows(accounts: Account[], ownId: string) {
  const admins = accounts.filter(({ role, isActive }) => role === 'ADMIN' && isActive);
  return accounts.map(({ id, email, name, role, isActive, createdAt, lastSeenAt }) => ({
    ...{ id, email, name, role, isActive, createdAt, lastSeenAt },
    isSelf: id === ownId,
    isLastAdministrator: admins.length === 1 && admins[0]?.id === id,
  }));
}
