import { createRouter, type Router } from '../../auth/router';
import createError from 'http-errors';
import type { Context } from 'koa';
import type { Account, AccountRepository } from '../../../common/accounts/repository';
import { isUuid } from '../../../common/is-uuid';
import { hashPassword } from '../../../common/accounts/passwords';
import type { TokenRepository } from '../../../common/accounts/tokens';
import {
  addressTaken,
  lastAdministrator,
  newPassword,
  readNewAccount,
  repeatProblem,
  roleField,
} from '../../accounts/fields';
import { ownPasswordProblems, type OwnPasswordDeps } from '../../accounts/change-own-password';
import { passwordProblem } from '../../accounts/password-rules';
import { createAccountPages, type AccountPageDeps } from './pages';
import { findAccount } from '../../accounts/find-account';
import { readForm, textOf } from '../../http/form';
import { seeOther } from '../layout/flash';

export interface AccountRouteDeps extends AccountPageDeps, OwnPasswordDeps {
  accounts: Pick<AccountRepository, 'create' | 'find' | 'list' | 'change' | 'setPassword'>;
  tokens: Pick<TokenRepository, 'list' | 'revoke'>;
}

/** All accounts, for administrators, and everybody's own. */
export function accountRoutes(deps: AccountRouteDeps): Router {
  const { accounts, tokens } = deps;
  const router = createRouter();
  const pages = createAccountPages(deps);

  router.get('/account', (ctx) => pages.own(ctx));

  router.get('/accounts', (ctx) => pages.list(ctx));

  router.post('/accounts', async (ctx) => {
    const { entered, account, problems } = await readNewAccount(readForm(ctx), deps.config);
    if (!account) return pages.list(ctx, 422, { entered, problems });
    const { password, generated, ...fields } = account;
    const passwordHash = await hashPassword(password);
    const temporary = { passwordHash, mustChangePassword: true };
    const created = await accounts.create({ ...fields, ...temporary }, ctx.state.account.id);
    if (created) return pages.done(ctx, created, generated, true);
    return pages.list(ctx, 422, { entered, problems: { email: addressTaken } });
  });

  router.post('/accounts/:id/role', async (ctx) => {
    const account = await findAccount(accounts, ctx.params.id);
    const role = roleField.safeParse(textOf(readForm(ctx), 'role'));
    if (!role.success) {
      await pages.list(ctx, 422, { message: 'Nothing was changed: there is no such role.' });
    } else if (await accounts.change(account.id, { role: role.data }, ctx.state.account.id)) {
      const isSelf = account.id === ctx.state.account.id; // then the list is closed to them
      const flash = account.role === role.data ? undefined : 'ROLE_CHANGED';
      seeOther(ctx, isSelf && role.data !== 'ADMIN' ? '/account' : '/accounts', flash);
    } else await pages.list(ctx, 409, { message: lastAdministrator });
  });

  for (const [action, isActive] of [
    ['disable', false],
    ['enable', true],
  ] as const) {
    router.post(`/accounts/:id/${action}`, async (ctx) => {
      const account = await findAccount(accounts, ctx.params.id);
      if (await accounts.change(account.id, { isActive }, ctx.state.account.id)) {
        const flash = isActive ? 'ACCOUNT_ENABLED' : 'ACCOUNT_DISABLED';
        seeOther(ctx, '/accounts', account.isActive === isActive ? undefined : flash);
      } else await pages.list(ctx, 409, { message: lastAdministrator });
    });
  }

  router.post('/accounts/:id/password', async (ctx) => {
    const account = await findAccount(accounts, ctx.params.id);
    const isOwn = account.id === ctx.state.account.id;
    await (isOwn ? changeOwn : setForAnother)(ctx, account, readForm(ctx));
  });

  async function changeOwn(ctx: Context, account: Account, form: URLSearchParams) {
    const given = {
      current: form.get('current_password') ?? '',
      password: form.get('password') ?? '',
    };
    const repeat = repeatProblem(form);
    const problems = {
      ...(await ownPasswordProblems(deps, ctx, account, given)),
      ...(repeat && { repeat }),
    };
    if (Object.keys(problems).length > 0) return pages.own(ctx, 422, problems);
    const { id, passwordHash } = account;
    await accounts.setPassword(id, await hashPassword(given.password), id, passwordHash);
    ctx.state.account.mustChangePassword = false;
    return pages.done(ctx, account);
  }

  async function setForAnother(ctx: Context, account: Account, form: URLSearchParams) {
    const chosen = form.get('password') ?? '';
    const problem = chosen ? await passwordProblem(chosen, account, deps.config) : undefined;
    const message = problem ?? repeatProblem(form);
    if (message) {
      return pages.list(ctx, 422, { passwordProblem: { accountId: account.id, message } });
    }
    const { password, generated } = newPassword(chosen);
    await accounts.setPassword(account.id, await hashPassword(password), ctx.state.account.id);
    return pages.done(ctx, account, generated);
  }

  router.post('/accounts/:id/tokens/:token/revoke', async (ctx) => {
    const { id, token = '' } = ctx.params;
    const account = await findAccount(accounts, id);
    const actor = ctx.state.account;
    if (!isUuid(token) || !(await tokens.revoke(account.id, token, actor.id))) {
      throw createError(404, 'No such token. It may have expired or been revoked.');
    }
    seeOther(ctx, actor.role === 'ADMIN' ? '/accounts' : '/account', 'TOKEN_REVOKED');
  });

  return router;
}
