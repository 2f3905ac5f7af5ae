import type { ParsedUrlQuery } from 'node:querystring';
import { z } from 'zod';
import { auditActions, unknownActor } from '../../../common/audit/actions';
import { auditSort, type AuditQuery } from '../../../common/audit/list';
import type { Cursor } from '../../../common/database/cursor';
import { isUuid } from '../../../common/is-uuid';
import { withoutHash } from '../../../common/leads/reference';
import { startOfDay } from '../../../common/metrics/overview/days';
import { cursorOf, encodeCursor } from '../../http/cursor';
import { day, instant, oneDirection, readQuery } from '../../http/query';

const parameters = z.object({
  account: z
    .union([z.enum(['system', unknownActor]), z.string().refine(isUuid).toLowerCase()])
    .optional(),
  action: z.enum(auditActions).optional(),
  /** As typed: see `problemOf`. */
  lead: z.string().trim().max(200).transform(withoutHash).optional(),
  /** Days in the zone of the process, both included. */
  from: day.optional(),
  to: day.optional(),
});

/** A view of the audit, as its address carries it. */
export type AuditView = z.output<typeof parameters>;

const eventId = z.string().regex(/^\d{1,18}$/); // fits into Postgres's bigint
const cursor = cursorOf({ [auditSort]: z.tuple([instant, eventId]) }).optional();
const pageParameters = parameters.extend({ after: cursor, before: cursor });

export type AuditPageRequest = z.output<typeof pageParameters>;

const pageLength = 50;

/** Throws 400 with the parameter at fault. */
export function readAuditQuery(given: ParsedUrlQuery): AuditPageRequest {
  return oneDirection(readQuery(pageParameters, given));
}

/** Returns what is wrong with the lead, the one field that is typed freely. */
export function problemOf({ lead }: AuditView): string | undefined {
  if (!lead || isUuid(lead) || /^[0-9a-f]{8}$/i.test(lead)) return undefined;
  return 'Type the eight characters of a reference (digits and a to f), or a whole id.';
}

export function toAuditQuery(request: AuditPageRequest): AuditQuery {
  const { account, action, lead, from, to, after, before } = request;
  return {
    actor: account,
    action,
    lead,
    recordedFrom: from === undefined ? undefined : startOfDay(from),
    recordedBefore: to === undefined ? undefined : startOfDay(to, 1),
    after,
    before,
    limit: pageLength,
  };
}

/** Returns the names of what narrows a view. */
export function filtersOf(view: AuditView): string[] {
  return Object.entries(view).flatMap(([name, value]) => (value ? [name] : []));
}

/** Returns the address of a page of this view, for links that keep the filter. */
export function auditUrl(view: AuditView, page: { after?: Cursor; before?: Cursor }): string {
  const query = new URLSearchParams(Object.entries(view).filter(([, value]) => value));
  if (page.after) query.set('after', encodeCursor(page.after));
  if (page.before) query.set('before', encodeCursor(page.before));
  return `/audit?${query.toString()}`;
}
