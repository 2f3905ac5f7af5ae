import type { Context } from 'koa';
import type { Firm } from '../common/config';
import type { MailDelivery } from '../common/mail/delivery';
import { reference } from '../common/reference';
import { createRender } from '../common/render';
import { mailNotice } from './mail-notice';
import { takeNews } from './news';
import * as words from './words';

/** Renders a page of `views/internal` for the account that asks. */
export type RenderPage = (
  ctx: Context,
  view: string,
  values: { title: string } & Record<string, unknown>,
) => Promise<string>;

export interface RenderPageDeps {
  config: { firm: Firm };
  delivery: Pick<MailDelivery, 'status'>;
}

export function createRenderPage({ config, delivery }: RenderPageDeps): RenderPage {
  const render = createRender('internal', { firm: config.firm, words, reference });
  return (ctx, view, values) =>
    render(view, {
      account: ctx.state.account,
      path: ctx.path,
      mailNotice: mailNotice(delivery.status()),
      news: ctx.status < 400 || ctx.status === 404 ? takeNews(ctx) : undefined,
      ...values,
    });
}
