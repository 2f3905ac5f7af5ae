import type { ParsedUrlQuery } from 'node:querystring';
import { z } from 'zod';
import { whole } from '../../common/config/environment';
import { isUuid } from '../../common/is-uuid';
import type { Cursor } from '../../common/database/cursor';
import { outboxSort, type OutboxQuery } from '../../common/outbox/admin';
import { emailStates, type EmailState } from '../../common/outbox/types';
import { cursorOf, encodeCursor } from '../http/cursor';
import { instant, oneDirection, readQuery } from '../http/query';

const cursor = cursorOf({ [outboxSort]: z.tuple([instant, z.string().refine(isUuid)]) });

/** Failed emails need an administrator, so they come first. */
const state = z.enum(emailStates).default('FAILED').meta({ description: 'One state at a time' });

export const outboxParameters = z.object({
  state,
  after: cursor.optional().meta({ description: 'From `next`' }),
  before: cursor.optional().meta({ description: 'From `prev`; not together with `after`' }),
  limit: whole(1, 100)
    .prefault('50')
    .meta({ type: 'integer', minimum: 1, maximum: 100, default: 50, description: 'Of one page' }),
});

/** Throws 400 naming the invalid parameter. */
export function readOutboxQuery(given: ParsedUrlQuery): OutboxQuery {
  return oneDirection(readQuery(outboxParameters, given));
}

/** Reads from a form the view in which its button was pressed. */
export function readView(form: URLSearchParams): OutboxQuery {
  return readOutboxQuery({ state: form.get('state') ?? '' });
}

export function outboxUrl(
  state: EmailState,
  page: { after?: Cursor; before?: Cursor; limit?: number } = {},
  path = '/outbox',
): string {
  const query = new URLSearchParams({ state });
  if (page.limit !== undefined) query.set('limit', String(page.limit));
  if (page.after) query.set('after', encodeCursor(page.after));
  if (page.before) query.set('before', encodeCursor(page.before));
  return `${path}?${query.toString()}`;
}
