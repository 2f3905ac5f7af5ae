import { createRouter, type Router } from '../../auth/router';
import createError from 'http-errors';
import type { AccountRepository } from '../../../common/accounts/repository';
import { isUuid } from '../../../common/is-uuid';
import { hashPassword } from '../../../common/accounts/passwords';
import type { TokenRepository } from '../../../common/accounts/tokens';
import {
  addressTaken,
  lastAdministrator,
  readNewAccount,
  readPassword,
  roleField,
} from '../../accounts/fields';
import { createAccountPages, type AccountPageDeps } from './pages';
import { findAccount } from '../../accounts/find-account';
import { readForm, textOf } from '../../http/form';
import { seeOther } from '../layout/flash';

export interface AccountRouteDeps extends AccountPageDeps {
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
    const { entered, account, problems } = readNewAccount(readForm(ctx));
    if (!account) return pages.list(ctx, 422, { entered, problems });
    const { password, generated, ...fields } = account;
    const passwordHash = await hashPassword(password);
    const created = await accounts.create({ ...fields, passwordHash }, ctx.state.account.id);
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
    const { password: accepted, problems } = readPassword(readForm(ctx), isOwn);
    if (accepted) {
      const { password, generated } = accepted;
      await accounts.setPassword(account.id, await hashPassword(password), ctx.state.account.id);
      await pages.done(ctx, account, generated);
    } else if (isOwn) await pages.own(ctx, 422, problems);
    else {
      const message = problems.password ?? problems.repeat;
      await pages.list(ctx, 422, { passwordProblem: { accountId: account.id, message } });
    }
  });

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
