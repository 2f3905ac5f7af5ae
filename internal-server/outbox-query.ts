import createError from 'http-errors';
import type { ParsedUrlQuery } from 'node:querystring';
import { z } from 'zod';
import { isUuid } from '../common/is-uuid';
import type { Place } from '../common/newest-first';
import type { OutboxQuery } from '../common/outbox-desk';
import { mailStates, type MailState, type OutboxMail } from '../common/outbox-types';
import { instant, readQuery } from './query';

const place = z
  .string()
  .transform((text) => text.split('_'))
  .pipe(z.tuple([instant, z.string().refine(isUuid)]))
  .transform(([at, id]): Place => ({ at: new Date(at), id }));

/** What failed needs an administrator, so that comes first. */
const state = z.enum(mailStates).default('FAILED');

const parameters = z.object({ state, after: place.optional(), before: place.optional() });

const pageLength = 50;

/** Throws 400 with the parameter at fault. */
export function readOutboxQuery(given: ParsedUrlQuery): OutboxQuery {
  const query = readQuery(parameters, given);
  if (query.after && query.before) throw createError(400, 'Use either after or before, not both.');
  return { ...query, limit: pageLength };
}

/** The view in which a button was pressed, as its form says. */
export function readView(form: URLSearchParams): OutboxQuery {
  return readOutboxQuery({ state: form.get('state') ?? '' });
}

export function outboxUrl(
  state: MailState,
  page: { after?: OutboxMail | null; before?: OutboxMail | null } = {},
): string {
  const query = new URLSearchParams({ state });
  if (page.after) query.set('after', toText(page.after));
  if (page.before) query.set('before', toText(page.before));
  return `/outbox?${query.toString()}`;
}

function toText({ createdAt, id }: OutboxMail): string {
  return `${createdAt.toISOString()}_${id}`;
}
