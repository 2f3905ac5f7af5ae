import basicAuth from 'basic-auth';
import createError from 'http-errors';
import type { Context, Middleware } from 'koa';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Account, AccountRepository } from '../../common/accounts/repository';
import type { SignInRepository } from '../../common/accounts/sign-ins';
import type { TokenRepository } from '../../common/accounts/tokens';
import { clientNetwork } from '../../common/http/client-network';
import { isApiRequest } from '../http/is-api-request';
import { createPasswordCheck } from './password-check';

export type SignedIn = Pick<Account, 'id' | 'email' | 'name' | 'role'>;

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
  signIns: Pick<SignInRepository, 'record' | 'sign'>;
  tokens: Pick<TokenRepository, 'findAccount'>;
}

const failuresAllowed = 10;
const failureWindowSeconds = 15 * 60;

/**
 * Signs in a named account: by Basic credentials, or on the JSON API by a token. Reads the account
 * on every request, so that disabling it takes effect at once. Counts failures by account and client
 * address together, so that nobody can lock an attorney out from elsewhere.
 */
export function signIn({ accounts, signIns, tokens }: SignInDeps): Middleware {
  const passwords = createPasswordCheck();
  const failures = new RateLimiterMemory({
    points: failuresAllowed,
    duration: failureWindowSeconds,
  });

  return async (ctx, next) => {
    ctx.state.network = await signIns.sign(`network ${clientNetwork(ctx)}`);
    const token = isApiRequest(ctx) ? bearerToken(ctx) : undefined;
    const account = token === undefined ? await byPassword(ctx) : await tokens.findAccount(token);
    if (!account) throw unauthorized('This token is unknown, expired or revoked.');
    if (!account.isActive) throw unauthorized('This account is disabled.');

    const { id, email, name, role } = account;
    ctx.state.account = { id, email, name, role };
    ctx.state.hasToken = token !== undefined;
    ctx.set('Cache-Control', 'no-store'); // every page holds personal data
    await accounts.seen(account);
    await signIns.record(id, ctx.state.network);
    await next();
  };

  async function byPassword(ctx: Context): Promise<Account | undefined> {
    const credentials = basicAuth(ctx.req);
    if (!credentials || credentials.name.includes('\0')) {
      throw unauthorized('Sign in with your email address and password.');
    }
    const { name, pass: password } = credentials;
    const account = await accounts.findByEmail(name);
    if (passwords.wasRight(account, password)) return account;

    // By id where there is an account: its address can be written in several ways.
    const attempt = `${account?.id ?? name.toLowerCase()}\n${ctx.ip}`;
    const count = () => failures.consume(attempt).catch(tooMany); // before hashing: no burst gets past
    if (!(await passwords.isRight(account, password, count))) {
      throw unauthorized('The email address or the password is wrong.');
    }
    await failures.delete(attempt);
    return account;
  }
}

function bearerToken(ctx: Context): string | undefined {
  return /^bearer +(\S+) *$/i.exec(ctx.get('Authorization'))?.[1];
}

function unauthorized(message: string): Error {
  const challenge = 'Basic realm="lead-intake", charset="UTF-8"';
  return createError(401, message, { headers: { 'WWW-Authenticate': challenge } });
}

function tooMany(reason: unknown): never {
  if (!(reason instanceof RateLimiterRes)) throw reason;
  const seconds = Math.max(1, Math.ceil(reason.msBeforeNext / 1000));
  const minutes = Math.ceil(seconds / 60);
  const wait = minutes === 1 ? '1 minute' : `${minutes} minutes`;
  throw createError(429, `Too many failed sign-ins. Try again in ${wait}.`, {
    headers: { 'Retry-After': String(seconds) },
  });
}
