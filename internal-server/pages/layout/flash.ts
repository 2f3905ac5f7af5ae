import type { Context } from 'koa';
import { isUuid } from '../../../common/is-uuid';

/** What the page after a change says has been done. */
const texts = {
  REACHED_OUT: 'Marked as reached out.',
  REACHED_OUT_ALREADY: 'You had already marked this lead.',
  REOPENED: 'Reopened. The lead is waiting again.',
  NOTED: 'Note added.',
  ASSIGNED: 'Assignment changed.',
  NOT_SPAM: 'Moved to the leads. Its emails are queued.',
  LEAD_DELETED: 'The lead, its notes, its emails and its resume have been deleted.',
  EMAIL_QUEUED: 'The email is queued again.',
  EMAILS_QUEUED: 'The failed emails are queued again.',
  DELIVERY_TRIED: 'The mail server is being tried now. Reload in a few seconds to see the result.',
  EMAIL_DISMISSED: 'The email is dismissed. It will not be sent.',
  ROLE_CHANGED: 'Role changed.',
  ACCOUNT_DISABLED: 'Account disabled. It can no longer sign in.',
  ACCOUNT_ENABLED: 'Account enabled.',
  TOKEN_REVOKED: 'Token revoked. It no longer works.',
} as const;

export type FlashName = keyof typeof texts;

/** Browsers take a `__Host-` cookie over https only, and give it to this host alone. */
const cookieOf = (ctx: Context) => (ctx.secure ? '__Host-flash' : 'flash');

/**
 * Redirects with 303, so that a reload repeats the GET and not the change. The next page shows the
 * flash message, with a link to the lead if one is given.
 */
export function seeOther(ctx: Context, url: string, flash?: FlashName, leadId?: string): void {
  if (flash) setCookie(ctx, [flash, leadId].filter(Boolean).join('.'));
  ctx.status = 303;
  ctx.redirect(url);
}

/**
 * Returns the flash message of the change that led to this page, once; `leadId` is the lead that it
 * is about, where that is not on the page.
 */
export function takeFlash(ctx: Context) {
  const value = ctx.cookies.get(cookieOf(ctx));
  if (!value) return undefined;
  setCookie(ctx, null);
  const [name = '', leadId = ''] = value.split('.');
  if (!Object.hasOwn(texts, name)) return undefined;
  return { text: texts[name as FlashName], leadId: isUuid(leadId) ? leadId : undefined };
}

function setCookie(ctx: Context, value: string | null): void {
  ctx.cookies.set(cookieOf(ctx), value, {
    secure: ctx.secure,
    httpOnly: true,
    sameSite: 'strict',
    maxAge: 60_000,
    overwrite: true,
  });
}
