import type { Context } from 'koa';
import type { Firm } from '../../../common/config/shared-variables';
import type { LeadRepository } from '../../../common/leads/repository';
import type { MailWorker } from '../../../common/mail/worker';
import type { Overview } from '../../../common/metrics/overview/overview';
import { createRender } from '../../../common/render';
import type { SignedIn } from '../../auth/sign-in';
import { showsFlash, takeFlash } from './flash';
import { readNotices, type NoticeName } from './notices';
import type { InternalViews, LayoutLocals } from './views';

interface PageValues {
  title: string;
  /** The part of the site that the navigation marks; the path of the request unless given. */
  section?: string;
  /** The notice to leave out, because the page says the same itself. */
  ownNotice?: NoticeName;
  /** Whether the page has the form of a note, with which its buttons send what stands there. */
  hasNoteForm?: boolean;
}

/** Renders a page of `views/internal` for the account that asks. */
export type RenderPage = <Name extends keyof InternalViews>(
  ctx: Context,
  view: Name,
  values: InternalViews[Name] & PageValues,
) => Promise<string>;

export interface RenderPageDeps {
  overview: () => Promise<Overview>;
  config: { firm: Firm; timeZone: string };
  delivery: Pick<MailWorker, 'status'>;
  leads: Pick<LeadRepository, 'find'>;
}

export function createRenderPage({
  config,
  delivery,
  leads,
  overview,
}: RenderPageDeps): RenderPage {
  const render = createRender<InternalViews, LayoutLocals>('internal');
  return async (ctx, view, values) => {
    const { account } = ctx.state as { account?: SignedIn }; // undefined where the sign-in failed
    const { section = ctx.path, ownNotice, hasNoteForm = false } = values;
    // Without the database the overview is unknown, and the page itself says so.
    const known = account && (await overview().catch(() => undefined));
    const { email, storage } = readNotices(delivery.status(), known, account?.role === 'ADMIN');
    const notices = [ownNotice !== 'email' && email, ownNotice !== 'storage' && storage];
    return render(view, values, {
      firm: config.firm,
      timeZone: config.timeZone,
      title: values.title,
      account: account && { name: account.name, isCurrent: section === '/account' },
      navigation: account?.mustChangePassword ? [] : navigation(account, section),
      homeUrl: homeOf(account).url,
      notices: notices.filter((notice) => notice !== undefined && notice !== false),
      flash: showsFlash(ctx) ? await takeFlash(ctx, leads) : undefined,
      hasNoteForm,
    });
  };
}

/** Where an account goes on from a page that leads nowhere. */
export function homeOf(account: SignedIn | undefined) {
  if (!account) return { url: '/', label: 'Sign in' };
  return account.mustChangePassword
    ? { url: '/account', label: 'Change your password' }
    : { url: '/leads', label: 'Go to the leads' };
}

const everybodysSections = [['/leads', 'Leads']] as const;
const administratorsSections = [
  ['/outbox', 'Outbox'],
  ['/storage', 'Storage'],
  ['/accounts', 'Accounts'],
  ['/audit', 'Audit'],
] as const;

function navigation(account: SignedIn | undefined, section: string) {
  const isAdmin = account?.role === 'ADMIN';
  const sections = [...everybodysSections, ...(isAdmin ? administratorsSections : [])];
  return sections.map(([url, label]) => ({ url, label, isCurrent: url === section }));
}
