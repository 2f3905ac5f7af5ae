import type { Context } from 'koa';
import type { Firm } from '../../../common/config/environment';
import type { MailWorker } from '../../../common/mail/worker';
import type { Overview } from '../../../common/metrics/overview/overview';
import { reference } from '../../../common/leads/reference';
import { createRender } from '../../../common/render';
import { mailNotice } from './notices';
import { takeNews } from './flash';
import type { SignedIn } from '../../auth/sign-in';
import { storageNotice } from './storage-notice';
import * as words from '../../format';

/** Renders a page of `views/internal` for the account that asks. */
export type RenderPage = (
  ctx: Context,
  view: string,
  values: { title: string } & Record<string, unknown>,
) => Promise<string>;

export interface RenderPageDeps {
  overview: () => Promise<Overview>;
  config: { firm: Firm };
  delivery: Pick<MailWorker, 'status'>;
}

export function createRenderPage({ config, delivery, overview }: RenderPageDeps): RenderPage {
  /** Unknown while the database is away; the page then says so itself. */
  const figures = () => overview().catch(() => undefined);
  const render = createRender('internal', { firm: config.firm, words, reference });
  return async (ctx, view, values) => {
    const { account } = ctx.state as { account?: SignedIn }; // nobody, where the sign-in failed
    const known = account && (await figures());
    return render(view, {
      account,
      path: ctx.path,
      mailNotice: mailNotice(delivery.status(), known?.mailFailingSince ?? null),
      storageNotice: known && storageNotice(known),
      news: ctx.status < 400 || ctx.status === 404 ? takeNews(ctx) : undefined,
      ...values,
    });
  };
}
