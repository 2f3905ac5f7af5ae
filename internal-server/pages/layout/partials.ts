import type { Firm } from '../../../common/config/shared-variables';
import type { Time } from '../../format';
import type { Flash } from './flash';

/** `good`, `warn` and `bad` are classes of the stylesheet. */
export type Tone = 'good' | 'warn' | 'bad' | '';

export interface NavigationLink {
  url: string;
  label: string;
  isCurrent: boolean;
}

export interface Tab extends NavigationLink {
  count: string | undefined;
}

export interface SelectOption {
  value: string;
  label: string;
  isSelected: boolean;
}

export interface PageUrls {
  prevUrl: string | null;
  nextUrl: string | null;
}

export interface LeadLink {
  id: string;
  name: string;
  reference: string;
}

export interface LeadStateView {
  reachedOut: { by: string; when: string } | undefined;
  /** "for 3 hours"; empty where it is not shown. */
  waitingFor: string;
  isOverdue: boolean;
  flag: string | undefined;
}

/** The heading of a column; with a `url`, a link that sorts by it. */
export interface SortHeading {
  label: string;
  url: string | undefined;
  sorted: 'ascending' | 'descending' | undefined;
}

export interface TokenRow {
  id: string;
  accountId: string;
  name: string;
  owner: string;
  created: Time;
  expires: Time;
}

interface FieldError {
  id: string;
  error: string | undefined;
}

/** What each template of `views/internal/partials` is given. */
export interface Partials {
  'partials/field': FieldError & {
    label: string;
    hint: string | undefined;
    /** The attributes of the `input`. */
    input: Record<string, string | number>;
  };
  'partials/field-aria': FieldError & { hasHint: boolean };
  'partials/field-error': FieldError;
  'partials/lead-link': { lead: LeadLink };
  'partials/lead-state': { state: LeadStateView };
  'partials/options': { options: SelectOption[] };
  'partials/pagination': PageUrls & { prevLabel: string; nextLabel: string };
  'partials/sort-heading': { heading: SortHeading };
  'partials/tabs': { tabs: Tab[] };
  'partials/tokens': { tokens: TokenRow[] };
}

export interface LayoutLocals {
  firm: Firm;
  title: string;
  /** Undefined where the sign-in failed. */
  account: { name: string; isCurrent: boolean } | undefined;
  navigation: NavigationLink[];
  notices: string[];
  flash: Flash | undefined;
  body: string;
}
