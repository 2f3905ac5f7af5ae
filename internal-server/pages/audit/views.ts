import type { Time } from '../../format';
import type { PageUrls, SelectOption } from '../layout/partials';

export interface EventRow {
  at: Time;
  by: string;
  what: string;
  lead: { id: string; reference: string; exists: boolean } | undefined;
  /** The account that something was done to, or that a lead was assigned to. */
  account: string | undefined;
  details: string;
}

export interface AuditViews {
  'audit/list': PageUrls & {
    filter: {
      accounts: SelectOption[];
      actions: SelectOption[];
      lead: string;
      from: string;
      to: string;
      isNarrowed: boolean;
    };
    problem: string | undefined;
    events: EventRow[];
  };
}
