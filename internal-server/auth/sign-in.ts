import basicAuth from 'basic-auth';
import createError from 'http-errors';
import type { Context, Middleware } from 'koa';
import type { Account, AccountRepository } from '../../common/accounts/repository';
import type { SignInRepository } from '../../common/accounts/sign-ins';
import type { TokenRepository } from '../../common/accounts/tokens';
import { clientNetwork } from '../../common/http/client-network';
import { isApiRequest } from '../http/is-api-request';
import type { CheckPassword } from './password-check';
import type { Refusals } from './refusals';

export type SignedIn = Pick<Account, 'id' | 'email' | 'name' | 'role' | 'mustChangePassword'>;

declare module 'koa' {
  interface DefaultState {
    account: SignedIn;
    /** The client's network, as the audit keeps it: a keyed hash. */
    network: string;
    /** Whether the request carries a token, which no browser sends by itself. */
    hasToken: boolean;
  }
}

export interface SignInDeps {
  accounts: Pick<AccountRepository, 'findByEmail' | 'seen'>;
  checkPassword: CheckPassword;
  signIns: Pick<SignInRepository, 'record' | 'sign'>;
  tokens: Pick<TokenRepository, 'findAccount'>;
  refusals: Pick<Refusals, 'failed'>;
}

const maxNameLength = 254; // as accounts have it

/**
 * Signs in a named account: by Basic credentials, or on the JSON API by a token. Reads the account
 * on every request, so that disabling it takes effect at once.
 */
export function signIn(deps: SignInDeps): Middleware {
  const { accounts, checkPassword, signIns, tokens, refusals } = deps;

  return async (ctx, next) => {
    ctx.state.network = await signIns.sign(`network ${clientNetwork(ctx)}`);
    const token = isApiRequest(ctx) ? bearerToken(ctx) : undefined;
    const account = token === undefined ? await byPassword(ctx) : await tokens.findAccount(token);
    if (!account?.isActive) {
      await refusals.failed(account?.id, ctx.state.network);
      const who = account
        ? 'This account is disabled.'
        : 'This token is unknown, expired or revoked.';
      throw unauthorized(who, ctx);
    }

    const { id, email, name, role, mustChangePassword } = account;
    ctx.state.account = { id, email, name, role, mustChangePassword };
    ctx.state.hasToken = token !== undefined;
    ctx.set('Cache-Control', 'no-store'); // every page holds personal data
    await accounts.seen(account);
    await signIns.record(id, ctx.state.network);
    await next();
  };

  async function byPassword(ctx: Context): Promise<Account | undefined> {
    const { name, pass: password } = basicAuth(ctx.req) ?? {};
    if (name === undefined || password === undefined || name.includes('\0')) {
      throw unauthorized('Sign in with your email address and password.', ctx);
    }
    if (name.length > maxNameLength) throw unauthorized(wrong, ctx);
    const found = await accounts.findByEmail(name);
    // Postgres knows more letters as equal than JavaScript does. Attempts are counted by the latter.
    const isItsName = found?.email.toLowerCase() === name.toLowerCase();
    const account = isItsName ? found : undefined;
    if (!(await checkPassword(ctx, name, account, password))) throw unauthorized(wrong, ctx);
    return account;
  }
}

export const challenge = { 'WWW-Authenticate': 'Basic realm="lead-intake", charset="UTF-8"' };

const wrong = 'The email address or the password is wrong.';

function bearerToken(ctx: Context): string | undefined {
  return /^bearer +(\S+) *$/i.exec(ctx.get('Authorization'))?.[1];
}

function unauthorized(message: string, { path }: Context): Error {
  // No browser asks for a password because of what a page does by itself, once it is signed out.
  const headers = path === '/leads/news' ? { 'WWW-Authenticate': 'Page' } : challenge;
  return createError(401, message, { headers });
}
