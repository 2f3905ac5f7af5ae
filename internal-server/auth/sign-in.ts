import basicAuth from 'basic-auth';
import createError from 'http-errors';
import type { Context, Middleware } from 'koa';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Account, AccountRepository } from '../../common/accounts/repository';
import type { TokenRepository } from '../../common/accounts/tokens';
import { isApiRequest } from '../http/is-api-request';
import { createPasswordCheck } from './password-check';

export type SignedIn = Pick<Account, 'id' | 'email' | 'name' | 'role'>;

declare module 'koa' {
  interface DefaultState {
    account: SignedIn;
    /** Whether the request came with a token, which no browser sends by itself. */
    hasToken: boolean;
  }
}

export interface SignInDeps {
  accounts: Pick<AccountRepository, 'findByEmail' | 'seen'>;
  tokens: Pick<TokenRepository, 'findAccount'>;
}

const failuresAllowed = 10;
const failureWindowSeconds = 15 * 60;

/**
 * Lets named accounts in by basic auth. The account is read on every request, so that disabling it
 * works at once. Failures are limited by account and client address together, so that nobody locks
 * out an attorney from elsewhere.
 */
export function signIn({ accounts, tokens }: SignInDeps): Middleware {
  const isRight = createPasswordCheck();
  const failures = new RateLimiterMemory({
    points: failuresAllowed,
    duration: failureWindowSeconds,
  });

  return async (ctx, next) => {
    const token = isApiRequest(ctx) ? bearerToken(ctx) : undefined;
    const account = token === undefined ? await byPassword(ctx) : await tokens.findAccount(token);
    if (!account) throw unauthorized('This token is unknown, expired or revoked.');
    if (!account.isActive) throw unauthorized('This account is disabled.');

    ctx.state.hasToken = token !== undefined;
    admit(ctx, account);
    await accounts.seen(account);
    await next();
  };

  async function byPassword(ctx: Context): Promise<Account | undefined> {
    const credentials = basicAuth(ctx.req);
    if (!credentials || credentials.name.includes('\0'))
      throw unauthorized('Sign in with your email address and password.');
    const account = await accounts.findByEmail(credentials.name);

    if (!isRight.recently(account, credentials.pass)) {
      // By the account where there is one: its address can be written in several ways.
      const attempt = `${account?.id ?? credentials.name.toLowerCase()}\n${ctx.ip}`;
      const count = () => failures.consume(attempt).catch(tooMany); // before: no burst slips by
      if (!(await isRight(account, credentials.pass, count))) {
        throw unauthorized('The email address or the password is wrong.');
      }
      await failures.delete(attempt);
    }
    return account;
  }
}

/** The JSON API takes tokens, the pages do not. */
function bearerToken(ctx: Context): string | undefined {
  return /^bearer +(\S+) *$/i.exec(ctx.get('Authorization'))?.[1];
}

function admit(ctx: Context, { id, email, name, role }: Account): void {
  ctx.state.account = { id, email, name, role };
  ctx.set('Cache-Control', 'no-store'); // every page holds personal data
}

function unauthorized(message: string): Error {
  const challenge = 'Basic realm="lead-intake", charset="UTF-8"';
  return createError(401, message, { headers: { 'WWW-Authenticate': challenge } });
}

function tooMany(reason: unknown): never {
  if (!(reason instanceof RateLimiterRes)) throw reason;
  const seconds = Math.max(1, Math.ceil(reason.msBeforeNext / 1000));
  const minutes = Math.ceil(seconds / 60);
  throw createError(429, `Too many failed sign-ins. Try again in ${minutes} minutes.`, {
    headers: { 'Retry-After': String(seconds) },
  });
}
