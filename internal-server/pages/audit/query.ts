import type { ParsedUrlQuery } from 'node:querystring';
import { z } from 'zod';
import { auditActions } from '../../../common/audit/repository';
import type { AuditQuery, ListedEvent } from '../../../common/audit/list';
import { isUuid } from '../../../common/is-uuid';
import { day, dayAfter, oneDirection, readQuery } from '../../http/query';

const eventId = z.string().regex(/^\d{1,18}$/); // fits into Postgres's bigint

const parameters = z.object({
  account: z.union([z.literal('system'), z.string().refine(isUuid).toLowerCase()]).optional(),
  action: z.enum(auditActions).optional(),
  /** As it was typed: see `problemOf`. */
  lead: z.string().trim().max(200).optional(),
  /** Days in UTC, both included. */
  from: day.optional(),
  to: day.optional(),
});

/** The audit's view as its address carries it. */
export type AuditView = z.output<typeof parameters>;

const pageParameters = parameters.extend({ after: eventId.optional(), before: eventId.optional() });

export type AuditPageRequest = z.output<typeof pageParameters>;

const pageLength = 50;

/** Throws 400 with the parameter at fault. */
export function readAuditQuery(given: ParsedUrlQuery): AuditPageRequest {
  return oneDirection(readQuery(pageParameters, given));
}

/** What keeps the list from being shown, for the one field that is typed freely. */
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
    from: from === undefined ? undefined : new Date(from),
    before: to === undefined ? undefined : dayAfter(to),
    afterEvent: after,
    beforeEvent: before,
    limit: pageLength,
  };
}

/** The address of a page of this view, for links that keep the filter. */
export function auditUrl(
  { account, action, lead, from, to }: AuditView,
  page: { after?: ListedEvent; before?: ListedEvent },
): string {
  const carried = {
    account,
    action,
    lead,
    from,
    to,
    after: page.after?.id,
    before: page.before?.id,
  };
  const present = Object.entries(carried).filter(([, value]) => value);
  return `/audit?${new URLSearchParams(present as [string, string][]).toString()}`;
}
