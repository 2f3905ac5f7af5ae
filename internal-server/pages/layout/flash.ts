import type { Context } from 'koa';
import { isUuid } from '../../../common/is-uuid';
import type { LeadRepository } from '../../../common/leads/repository';
import type { SignedIn } from '../../auth/sign-in';
import { fullName } from '../../format';
import { isOwnRecentOutreach } from '../../leads/own-changes';

/** What the page after a change says has been done. */
const texts = {
  REACHED_OUT: 'Marked as reached out.',
  REACHED_OUT_ALREADY: 'You had already marked this lead.',
  REACHED_OUT_LAST: 'Marked as reached out. There is no next lead in this view.',
  REACHED_OUT_UNDONE: 'Undone. The lead is waiting again.',
  REOPENING_UNDONE: 'Undone. The lead counts as reached out to again.',
  REOPENED: 'Reopened. The lead is waiting again.',
  NOTED: 'Note added.',
  ASSIGNED: 'Assignment changed.',
  NOT_SPAM: 'Moved to the leads. Its emails are queued.',
  LEAD_DELETED: 'The lead, its notes, its emails and its resume have been deleted.',
  EMAIL_QUEUED: 'The email is queued again.',
  EMAILS_QUEUED: 'The failed emails are queued again.',
  DELIVERY_TRIED: 'The mail server is being tried now. Reload in a few seconds to see the result.',
  EMAIL_DISMISSED: 'The email is dismissed. It will not be sent.',
  CHECK_STARTED: 'The check has started. Its result appears under “Latest sweeps”.',
  ROLE_CHANGED: 'Role changed.',
  ACCOUNT_DISABLED: 'Account disabled. It can no longer sign in.',
  ACCOUNT_ENABLED: 'Account enabled.',
  TOKEN_REVOKED: 'Token revoked. It no longer works.',
} as const;

export type FlashName = keyof typeof texts;

/** Browsers take a `__Host-` cookie over https only, and give it to this host alone. */
const cookieOf = (ctx: Context) => (ctx.secure ? '__Host-flash' : 'flash');

/** What each says around the lead's name, where that may be shown. */
const named: Partial<Record<FlashName, [before: string, after: string]>> = {
  REACHED_OUT: ['Marked', 'as reached out.'],
  REACHED_OUT_ALREADY: ['You had already marked', 'as reached out.'],
  REACHED_OUT_LAST: ['Marked', 'as reached out. There is no next lead in this view.'],
};

export interface FlashDetails {
  /** The lead that it is about. */
  leadId?: string;
  /** Whether a note was stored as well. */
  isNoted?: boolean;
}

/** Redirects with 303, so that a reload repeats the GET and not the change. */
export function seeOther(
  ctx: Context,
  url: string,
  flash?: FlashName,
  { leadId = '', isNoted = false }: FlashDetails = {},
): void {
  if (flash) setCookie(ctx, [flash, leadId, isNoted ? 'noted' : ''].join('.').replace(/\.+$/, ''));
  ctx.status = 303;
  ctx.redirect(url);
}

/** A page that refuses leaves the message for the next one. */
export function showsFlash({ status }: Context): boolean {
  return status < 400 || status === 404;
}

/** Returns the flash message that the next page is to show, and leaves it there. */
export function peekFlash(ctx: Context) {
  const [name = '', leadId = '', noted] = (ctx.cookies.get(cookieOf(ctx)) ?? '').split('.');
  if (!Object.hasOwn(texts, name)) return undefined;
  const isNoted = noted === 'noted';
  return { name: name as FlashName, leadId: isUuid(leadId) ? leadId : undefined, isNoted };
}

/**
 * Returns the flash message of the change that led to this page, once. It names a lead to the
 * account that marked it, which the audit knows, and offers it to take that back.
 */
export async function takeFlash(ctx: Context, leads: Pick<LeadRepository, 'find'>) {
  const flash = peekFlash(ctx);
  if (ctx.cookies.get(cookieOf(ctx))) setCookie(ctx, null);
  if (!flash) return undefined;
  const { name, leadId, isNoted } = flash;
  const words = named[name];
  // Without the database, the page itself says so.
  const lead = words && leadId ? await leads.find(leadId).catch(() => undefined) : undefined;
  const { account } = ctx.state as { account?: SignedIn };
  const isOwn = lead !== undefined && isOwnRecentOutreach(lead, account?.id);
  const [before, after] = isOwn && words ? words : [texts[name], ''];
  const stored = isNoted ? ' Your note is stored.' : '';
  return {
    ...(isOwn
      ? { before, name: fullName(lead), after: after + stored }
      : { before: before + stored, name: '', after }),
    openUrl: leadId && ctx.path !== `/leads/${leadId}` ? urlWithin(ctx, leadId) : undefined,
    undoUrl: isOwn ? urlWithin(ctx, lead.id, '/undo') : undefined,
  };
}

/** On the list and on a lead's page, the address has the view. */
function urlWithin({ path, search }: Context, leadId: string, action = ''): string {
  return `/leads/${leadId}${action}${/^\/leads(\/|$)/.test(path) ? search : ''}`;
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
