import type { Firm } from '../../../common/config/shared-variables';
import type { ErrorPage } from '../../../common/http/error-response';
import type { EmailState } from '../../../common/outbox/types';
import type { FieldProblems } from '../../accounts/fields';
import type { accountRows, PasswordProblem, tokenRows } from '../accounts/rows';
import type { eventRow, filterFields } from '../audit/labels';
import type { Field } from '../docs/fields';
import type { MediaType, Reference } from '../docs/reference';
import type { BulkLine, previousAssignees } from '../leads/bulk/bulk-results';
import type { toLeadPage } from '../leads/page/lead-view';
import type { toLeadList } from '../leads/list/list-view';
import type { emailRow } from '../outbox/labels';
import type { sweepRow, troubleRow } from '../storage/labels';
import type { takeFlash } from './flash';
import type { Notice } from './notices';

type AccountRows = ReturnType<typeof accountRows>;
type TokenRows = ReturnType<typeof tokenRows>;
type LeadList = ReturnType<typeof toLeadList>;
type LeadPage = ReturnType<typeof toLeadPage>;

/** The shortest and the longest password, as attributes of its field. */
type PasswordLimits = Record<'minlength' | 'maxlength', number>;

type PageUrls = Record<'prevUrl' | 'nextUrl', string | null>;

/** What each view of `views/internal` is given. */
export interface InternalViews {
  'accounts/list': {
    accounts: AccountRows;
    tokens: TokenRows;
    password: PasswordLimits;
    message: string | undefined;
    problems: FieldProblems;
    isRefused: boolean;
    entered: { email: string; name: string; role: string };
    roles: Option[];
    passwordProblem: PasswordProblem | undefined;
  };
  'accounts/own': {
    account: { id: string; name: string; email: string; role: string };
    tokens: TokenRows;
    password: PasswordLimits;
    problems: FieldProblems;
    refusedField: string | undefined;
    mustChangePassword: boolean;
    /** `autofocus` for the field to begin with, where the page is about nothing else. */
    focus: Record<'current_password' | 'password' | 'repeat', Record<string, string>>;
  };
  'accounts/password': {
    title: string;
    name: string;
    email: string;
    isNew: boolean;
    isSelf: boolean;
    /** Undefined where somebody chose the password: it is never shown. */
    generated: string | undefined;
  };
  'audit/list': PageUrls & {
    filter: ReturnType<typeof filterFields>;
    problem: string | undefined;
    events: ReturnType<typeof eventRow>[];
  };
  'docs/api': Reference;
  error: { page: ErrorPage; home: Record<'url' | 'label', string> };
  'leads/lead': LeadPage;
  'leads/list': LeadList;
  'leads/bulk': {
    heading: string;
    summary: string;
    lines: BulkLine[];
    giveBack: ReturnType<typeof previousAssignees>;
    /** Who has what can be given back; empty for nobody. */
    heldBy: string;
    /** Where the leads are given back. */
    url: string;
    backUrl: string;
    problem: string | undefined;
  };
  'leads/bulk-delete': {
    count: number;
    names: string[];
    moreCount: number;
    ids: string[];
    isAll: boolean;
    url: string;
    backUrl: string;
    problem: string | undefined;
  };
  'outbox/list': PageUrls & {
    state: EmailState;
    tabs: Tab[];
    emails: ReturnType<typeof emailRow>[];
    emptyText: string;
    delivery: { isRunning: boolean; canTryNow: boolean; text: string };
    refused: string[];
    problem: string | undefined;
  };
  'storage/sweeps': {
    /** How far a check has come that runs now. */
    running: string | undefined;
    problem: string | undefined;
    troubles: ReturnType<typeof troubleRow>[];
    /** How many more troubles there are than the page lists. */
    unshownCount: number;
    sweeps: ReturnType<typeof sweepRow>[];
  };
}

export interface LayoutLocals {
  firm: Firm;
  /** In which every page gives its times. */
  timeZone: string;
  title: string;
  /** Undefined where the sign-in failed. */
  account: { name: string; isCurrent: boolean } | undefined;
  /** Where the firm's name leads. */
  homeUrl: string;
  navigation: { url: string; label: string; isCurrent: boolean }[];
  notices: Notice[];
  flash: Awaited<ReturnType<typeof takeFlash>>;
  hasNoteForm: boolean;
}

interface FieldError {
  id: string;
  error: string | undefined;
}

type Option = Record<'value' | 'label', string>;

interface Tab {
  url: string;
  label: string;
  isCurrent: boolean;
  count: string | undefined;
}

/** The locals of each template, for `npm run typecheck`. */
export interface Templates extends InternalViews {
  layout: LayoutLocals & { body: string };
  'accounts/changes': { account: AccountRows[number]; password: PasswordLimits };
  'docs/content': { content: MediaType };
  'docs/text': { text: string };
  'docs/fields': { caption: string; fields: Field[] };
  'leads/bulk-form': Pick<LeadList, 'bulk'>;
  'leads/colleagues': Pick<LeadPage, 'colleagues'> & { leadId: string };
  'leads/details': Pick<LeadPage, 'lead' | 'actions' | 'assignment'> & {
    error: string | undefined;
  };
  'leads/erasure': { url: string; reference: string; error: string | undefined };
  'leads/filter': Pick<LeadList, 'filter'>;
  'leads/navigation': Pick<LeadPage, 'links'>;
  'leads/notes': Pick<LeadPage, 'notes' | 'maxNoteLength'> & {
    leadId: string;
    url: string;
    entered: string;
    error: string | undefined;
  };
  'leads/resume': { lead: LeadPage['lead'] };
  'leads/state-buttons': Pick<LeadPage, 'lead' | 'links' | 'actions' | 'undo'>;
  'leads/timeline': Pick<LeadPage, 'timeline'>;
  'leads/overview': Pick<LeadList, 'figures' | 'chart'>;
  'partials/columns': { columns: string[]; hasActions: boolean };
  'partials/field': FieldError & {
    label: string;
    hint: string;
    /** The attributes of the `input`. */
    input: Record<string, string | number>;
  };
  'partials/field-aria': FieldError & { hasHint: boolean };
  'partials/field-error': FieldError;
  'partials/flash': { flash: NonNullable<LayoutLocals['flash']>; hasNoteForm: boolean };
  'partials/lead-link': { lead: { id: string; name: string; reference: string } };
  'partials/lead-state': { state: LeadPage['lead']['state'] };
  'partials/options': { options: Option[]; selected: string };
  'partials/pagination': PageUrls & { prevLabel: string; nextLabel: string };
  'partials/shortcuts': object;
  'partials/sort-heading': { heading: LeadList['headings']['name'] };
  'partials/tabs': { tabs: Tab[] };
  'partials/tokens': { tokens: TokenRows };
}
