import type { EmailState } from '../../../common/outbox/types';
import type { Time } from '../../format';
import type { LeadLink, PageUrls, Tab, Tone } from '../layout/partials';

export interface EmailRow {
  id: string;
  what: string;
  lead: LeadLink;
  state: string;
  tone: Tone;
  reason: string;
  attempts: number;
  created: Time;
  sent: Time | undefined;
  planned: Time | undefined;
  plannedIn: string;
  /** The buttons: the last part of the route, and what the button says. */
  actions: { path: 'resend' | 'dismiss'; label: string }[];
}

export interface OutboxViews {
  'outbox/list': PageUrls & {
    state: EmailState;
    tabs: Tab[];
    emails: EmailRow[];
    emptyText: string;
    delivery: { isRunning: boolean; text: string };
    problem: string | undefined;
  };
}
