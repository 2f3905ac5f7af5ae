import type { Context } from 'koa';
import { isUuid } from '../../../common/is-uuid';
import type { SortedLead } from '../../../common/leads/lead';
import type { NoteRepository } from '../../../common/leads/notes';
import type { LeadRepository } from '../../../common/leads/repository';
import { readForm, textOf } from '../../http/form';
import { findLead, noSuchLead } from '../../leads/find-lead';
import { noteText } from '../../leads/note-text';
import type { Handler, LeadPage } from './page/lead-page';
import type { LeadProblem } from './page/lead-view';

export interface LeadActionDeps {
  leads: Pick<LeadRepository, 'find'>;
  notes: Pick<NoteRepository, 'addOnce'>;
}

/** What a button on a lead's page sent. */
export interface Sent {
  lead: SortedLead;
  form: URLSearchParams;
  /** What stood in the note field. The action stores it, or refuses and changes nothing. */
  note: string | undefined;
  /** Whether what was typed is stored once the action has succeeded, here or with the lead it is about. */
  isNoted: boolean;
  /** Shows the lead as it is now, with the problem; the note is in its field again. */
  refuse: (status: number, problem: LeadProblem) => Promise<void>;
}

export type CreateAction = (run: (ctx: Context, sent: Sent) => Promise<void>) => Handler;

/**
 * Makes the handlers of the buttons on a lead's page. Each sends the note field along, so that
 * nothing that was typed is lost. A note that cannot be stored refuses the action.
 */
export function createLeadActions({ leads, notes }: LeadActionDeps, page: LeadPage): CreateAction {
  return (run) => async (ctx) => {
    const lead = await findLead(leads, ctx.params.id);
    const form = readForm(ctx);
    const value = textOf(form, 'text');
    const author = ctx.state.account.id;

    // "Undo" in the notice is about the lead before, while the note is about the page's own.
    const ownId = form.get('note_lead') ?? '';
    const noted = value !== '' && isUuid(ownId) ? await findLead(leads, ownId) : lead;
    const text = noteText.safeParse(value);
    if (value !== '' && !text.success) {
      const message = text.error.issues[0]?.message ?? '';
      await page.refuse(ctx, 422, noted, { field: 'text', message, note: value });
      return;
    }
    const isElsewhere = noted.id !== lead.id;
    if (isElsewhere && !(await notes.addOnce(noted.id, author, value))) throw noSuchLead();

    const note = value === '' || isElsewhere ? undefined : value;
    const refuse: Sent['refuse'] = async (status, { message, ...problem }) => {
      const said = isElsewhere ? `${message} ${storedElsewhere}` : message;
      const now = await findLead(leads, lead.id);
      await page.refuse(ctx, status, now, { ...problem, message: said, note });
    };
    await run(ctx, { lead, form, note, isNoted: value !== '', refuse });
  };
}

const storedElsewhere = 'Your note is stored with the lead on whose page you wrote it.';
