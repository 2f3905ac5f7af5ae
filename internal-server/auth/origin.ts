import { randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import type { SignInRepository } from '../../common/accounts/sign-ins';
import { isApiRequest } from '../http/is-api-request';

/** From where somebody tries to sign in to an account. */
export interface Origin {
  /** A browser that the account has signed in from before, or else the client's network. */
  id: string;
  isBrowser: boolean;
}

export interface OriginDeps {
  signIns: Pick<SignInRepository, 'isKnown' | 'sign'>;
}

/** Browsers take a `__Host-` cookie over https only, and give it to this host alone. */
const cookieOf = (ctx: Context) => (ctx.secure ? '__Host-browser' : 'browser');
const lastsMs = 30 * 24 * 60 * 60 * 1000;
const nobody = '00000000-0000-0000-0000-000000000000'; // asked for, so that it takes the same time

/**
 * Knows a browser again by a cookie that it gets when an account signs in, so that guesses from the
 * same network count against nobody who works there. The cookie opens nothing.
 * Source: OWASP, Slow Down Online Guessing Attacks with Device Cookies.
 */
export function createOrigins({ signIns }: OriginDeps, now: () => number = Date.now) {
  const sign = (accountId: string, browser: string) =>
    signIns.sign(`browser ${accountId} ${browser}`);

  return {
    async find(ctx: Context, accountId = nobody): Promise<Origin> {
      const [, browser = '', expires, signature] =
        /^((\d{1,15})\.[\w-]{22})\.([\w-]{22})$/.exec(ctx.cookies.get(cookieOf(ctx)) ?? '') ?? [];
      const isBrowser = signature === (await sign(accountId, browser)) && Number(expires) > now();
      return { id: isBrowser ? browser : ctx.state.network, isBrowser };
    },

    /** Whether the account signed in from there lately. */
    isKnown: async ({ id, isBrowser }: Origin, accountId = nobody): Promise<boolean> =>
      isBrowser || (await signIns.isKnown(accountId, id)),

    /** Marks a browser whose sign-in was right. Returns where it comes from next time. */
    async mark(ctx: Context, accountId: string): Promise<string | undefined> {
      if (isApiRequest(ctx)) return undefined;
      const browser = `${now() + lastsMs}.${randomBytes(16).toString('base64url')}`;
      ctx.cookies.set(cookieOf(ctx), `${browser}.${await sign(accountId, browser)}`, {
        secure: ctx.secure,
        httpOnly: true,
        maxAge: lastsMs,
        sameSite: 'lax', // a link in an email is followed with it
      });
      return browser;
    },
  };
}
