import type { Time } from '../../format';
import type { LeadStateView, PageUrls, SelectOption, SortHeading, Tab } from '../layout/partials';
import type { Chart } from './chart';

export interface LeadFigure {
  label: string;
  hint: string | undefined;
  value: string;
  url: string | undefined;
  isBad: boolean;
}

export interface LeadFilterView {
  q: string;
  assigned: SelectOption[];
  from: string;
  to: string;
  /** Parameters that the form passes on. */
  kept: [name: string, value: string][];
  isNarrowed: boolean;
  clearUrl: string;
}

export interface LeadRow {
  id: string;
  name: string;
  email: string;
  received: Time;
  assignee: string | undefined;
  state: LeadStateView;
  action: 'NOT_SPAM' | 'MARK_REACHED_OUT' | undefined;
}

export interface LeadList extends PageUrls {
  figures: LeadFigure[];
  chart: Chart;
  tabs: Tab[];
  filter: LeadFilterView;
  isFlaggedView: boolean;
  leads: LeadRow[];
  total: string;
  headings: { name: SortHeading; received: SortHeading; state: SortHeading };
  exportUrl: string;
}

export interface LeadDetails {
  id: string;
  name: string;
  reference: string;
  email: string;
  mailtoUrl: string;
  received: Time;
  state: LeadStateView;
  isWaiting: boolean;
  isFlagged: boolean;
  resume: {
    filename: string;
    type: string;
    size: string;
    sha256: string;
    problem: string | undefined;
  };
}

export interface Assignment {
  name: string | undefined;
  /** Of the button that takes or unassigns the lead. */
  toggle: { account: string; label: string };
  options: SelectOption[];
}

export interface NoteView {
  author: string;
  created: Time;
  text: string;
}

export interface OtherSubmission {
  id: string;
  name: string;
  reference: string;
  received: string;
  state: string;
}

export interface TimelineEntry {
  at: Time;
  /** Null for what the system did. */
  by: string | null;
  what: string;
  /** What the person wrote, shown as a quotation. */
  quote: string | undefined;
}

type LeadField = 'reason' | 'text' | 'confirm' | 'account';

export interface LeadPage {
  lead: LeadDetails;
  assignment: Assignment;
  notes: NoteView[];
  maxNoteLength: number;
  others: OtherSubmission[];
  emails: { what: string; outcome: string; attempts: number }[];
  timeline: TimelineEntry[];
  canDelete: boolean;
  /** By field; `page` for what belongs to none. */
  problems: Partial<Record<LeadField | 'page', string>>;
  entered: { text: string; reason: string };
}

export interface OutreachResult {
  lead: { id: string; name: string } | undefined;
  isMarked: boolean;
  outcome: string;
}

export interface LeadViews {
  'leads/list': LeadList;
  'leads/lead': LeadPage;
  'leads/reached-out': { results: OutreachResult[]; markedCount: number; backUrl: string };
}

type WithError<Locals> = Locals & { error: string | undefined };

/** What the views include. */
export interface LeadTemplates {
  'leads/overview': Pick<LeadList, 'figures' | 'chart'>;
  'leads/filter': Pick<LeadList, 'filter'>;
  'leads/details': WithError<Pick<LeadPage, 'lead' | 'assignment'>>;
  'leads/notes': WithError<{
    leadId: string;
    notes: NoteView[];
    maxNoteLength: number;
    entered: string;
  }>;
  'leads/erasure': WithError<{ leadId: string; reference: string }>;
}
