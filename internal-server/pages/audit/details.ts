import type { ListedEvent } from '../../../common/audit/list';
import { formatCount, formatTime } from '../../format';
import { emailKinds } from '../../outbox/labels';
import { emailReason } from '../../outbox/reasons';
import { stateNames } from '../outbox/labels';

type Details = ListedEvent['details'];

const roles: Record<string, string> = { ADMIN: 'administrator', ATTORNEY: 'attorney' };

/** What an event's details say, in plain words. */
export function detailsText({ action, details }: Pick<ListedEvent, 'action' | 'details'>): string {
  const { kind, error, role, objects, route } = details;
  const parts = [
    labelFor(kind, emailKinds),
    typeof error === 'string' ? emailReason(error) : undefined,
    typeof role === 'string' ? `as ${labelFor(role, roles)}` : undefined,
    typeof objects === 'number' ? `${objects} from the storage` : undefined,
    typeof route === 'string' ? route : undefined,
    networkLabel(details),
    countLabel(action, details),
    action === 'OUTBOX_READ' ? labelFor(details.state, stateNames).toLowerCase() : undefined,
    action === 'LEADS_EXPORTED' ? exportLabel(details) : undefined,
    filterLabel(details),
  ];
  return parts.filter(Boolean).join(', ');
}

const shownOfNetwork = 6; // enough to tell networks apart at a glance

function networkLabel({ network, networks }: Details): string | undefined {
  if (networks === 'others') return 'other networks';
  return typeof network === 'string' ? `network ${network.slice(0, shownOfNetwork)}…` : undefined;
}

function countLabel(action: string, { count, since, events, before }: Details) {
  if (typeof events === 'number' && typeof before === 'string') {
    return `${formatCount(events)} from before ${timeLabel(before)}`;
  }
  if (typeof count !== 'number') return undefined;
  if (typeof since === 'string') return `${formatCount(count)} times since ${timeLabel(since)}`;
  const what = action === 'LEADS_LISTED' ? 'lead' : 'event';
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}

function timeLabel(text: string): string {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? text : formatTime(time);
}

const filterNames: Record<string, string> = {
  q: 'search',
  lead: 'lead',
  flagged: 'suspected spam',
};

function filterLabel({ filters }: Details): string | undefined {
  if (!Array.isArray(filters) || filters.length === 0) return undefined;
  return `filtered by ${filters.map((name) => labelFor(name, filterNames)).join(', ')}`;
}

const states: Record<string, string> = { PENDING: 'waiting', REACHED_OUT: 'reached out' };

function exportLabel(details: Details): string {
  const { state, flagged, assigned, overdue, unopened, from, to, searched } = details;
  const parts = [
    flagged === true ? 'flagged' : undefined,
    labelFor(state, states),
    overdue === true ? 'overdue' : undefined,
    unopened === true ? 'unopened' : undefined,
    typeof assigned === 'string' ? 'by assignment' : undefined,
    typeof from === 'string' ? `from ${from}` : undefined,
    typeof to === 'string' ? `to ${to}` : undefined,
    searched === true ? 'found by a search' : undefined,
  ].filter(Boolean);
  return parts.length === 0 ? 'all leads' : parts.join(', ');
}

/** An event outlives the code that wrote it, so a value without a label stands for itself. */
export function labelFor(value: unknown, labels: Readonly<Record<string, string>>): string {
  if (typeof value !== 'string') return '';
  return (Object.hasOwn(labels, value) ? labels[value] : undefined) ?? value;
}
