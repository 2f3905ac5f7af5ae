import type { Context } from 'koa';
import { isUuid } from '../../../common/is-uuid';

/** What the page after a change says has been done. */
const sentences = {
  REACHED_OUT: 'Marked as reached out.',
  REACHED_OUT_ALREADY: 'You had marked this lead already.',
  REOPENED: 'Reopened: the lead waits again.',
  NOTED: 'Note added.',
  ASSIGNED: 'Assignment changed.',
  NOT_SPAM: 'Moved to the leads. Its mails are queued.',
  LEAD_DELETED: 'The lead, its notes, its mails and its resume are deleted.',
  MAIL_QUEUED: 'The mail is queued again.',
  MAILS_QUEUED: 'The failed mails are queued again.',
  MAIL_DISMISSED: 'The mail is dismissed. It will not be sent.',
  ROLE_CHANGED: 'Role changed.',
  ACCOUNT_DISABLED: 'Account disabled. It cannot sign in any more.',
  ACCOUNT_ENABLED: 'Account enabled.',
  TOKEN_REVOKED: 'Token revoked. It opens nothing any more.',
} as const;

export type News = keyof typeof sentences;

const cookie = 'news';

/**
 * Redirects so that a reload repeats the GET, not the change. The next page says the sentence, and
 * where it is about a lead that is not on that page, links to it.
 */
export function seeOther(ctx: Context, url: string, news?: News, leadId?: string): void {
  if (news) setCookie(ctx, [news, leadId].filter(Boolean).join('.'));
  ctx.status = 303;
  ctx.redirect(url);
}

/** The news of the change that led to this page, once. */
export function takeNews(ctx: Context): { sentence: string; leadId?: string } | undefined {
  const value = ctx.cookies.get(cookie);
  if (!value) return undefined;
  setCookie(ctx, null);
  const [name = '', leadId = ''] = value.split('.');
  if (!Object.hasOwn(sentences, name)) return undefined;
  return { sentence: sentences[name as News], ...(isUuid(leadId) && { leadId }) };
}

function setCookie(ctx: Context, value: string | null): void {
  ctx.cookies.set(cookie, value, {
    httpOnly: true,
    sameSite: 'strict',
    maxAge: 60_000,
    overwrite: true,
  });
}
