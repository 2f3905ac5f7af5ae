import createError from 'http-errors';
import { z } from 'zod';
import type { AuditRepository } from '../../common/audit/repository';
import type { Lead } from '../../common/leads/lead';
import type { LeadRepository } from '../../common/leads/repository';
import { startOfDayUtc } from '../../common/metrics/overview/days';
import { maxNoteLength, type NoteRepository } from '../../common/leads/notes';
import { findLead, noSuchLead } from '../leads/find-lead';
import { listLeads } from '../leads/list-leads';
import { exportUrl, leadParameters, toPage, wholeView } from '../leads/query';
import { noteText } from '../leads/note-text';
import { markReachedOut } from '../leads/mark-reached-out';
import { recordOpening } from '../leads/record-opening';
import { sendResume, type SendResumeDeps } from '../leads/send-resume';
import { leadExample, noteExample, pageExample, reachedOutExample } from './examples';
import { operation, type ApiContext } from './operation';
import { leadShape, listOf, noteShape, pageOf, toLeadShape, toNoteShape } from './shapes';

const { id, state, created_at: createdAt } = leadExample;
const after = { sort: 'state', values: [state, createdAt, id] };
const listExample = pageExample(leadExample, exportUrl(wholeView, { after }, '/api/leads'));

export interface LeadOperationDeps extends SendResumeDeps {
  leads: Pick<LeadRepository, 'list' | 'find' | 'markReachedOut' | 'markOpened'>;
  notes: NoteRepository;
  audit: Pick<AuditRepository, 'record'>;
  config: { baseUrl: string; overdueAfterHours: number };
}

export function leadOperations(deps: LeadOperationDeps) {
  const { leads, notes, audit, config } = deps;
  const toShape = (lead: Lead) => toLeadShape(lead, config.baseUrl);

  async function show(ctx: ApiContext, lead: Lead) {
    await recordOpening(deps, lead, ctx.state.account.id);
    return toShape(lead);
  }

  return [
    operation({
      method: 'get',
      path: '/api/leads',
      summary: 'List leads',
      description:
        'Waiting ones first, oldest first, unless sorted otherwise. Follow `next`. A search that ' +
        'more than 10,000 leads match lists them in the order received, whatever `sort` and ' +
        '`order` say; `total_is_exact` is false then.',
      query: leadParameters,
      response: pageOf(leadShape, listExample),
      async handle(ctx, { query }) {
        const request = toPage(query);
        const page = await listLeads(deps, request, ctx.state.account.id, startOfDayUtc);
        const url = (at: Parameters<typeof exportUrl>[1]) =>
          config.baseUrl + exportUrl(request.view, at, '/api/leads');
        return {
          items: page.items.map(toShape),
          total: page.total,
          total_is_exact: page.totalIsExact,
          next: page.next && url({ after: page.next }),
          prev: page.prev && url({ before: page.prev }),
        };
      },
    }),

    operation({
      method: 'get',
      path: '/api/leads/:id',
      summary: 'Read a lead',
      response: leadShape,
      async handle(ctx) {
        return show(ctx, await findLead(leads, ctx.params.id));
      },
    }),

    operation({
      method: 'patch',
      path: '/api/leads/:id',
      summary: 'Mark a lead as reached out',
      description: 'Repeating it is harmless. 409: somebody else was first, and nothing changed.',
      body: z
        .strictObject({ state: z.literal('REACHED_OUT') })
        .meta({ id: 'LeadChange', example: { state: 'REACHED_OUT' } }),
      response: leadShape,
      example: reachedOutExample,
      errors: [409],
      async handle(ctx) {
        const { lead, refusal } = await markReachedOut(leads, ctx.params.id, ctx.state.account.id);
        if (refusal) throw createError(409, refusal);
        return show(ctx, lead);
      },
    }),

    operation({
      method: 'get',
      path: '/api/leads/:id/resume',
      summary: 'Download the resume',
      response: 'file',
      async handle(ctx) {
        await sendResume(deps, ctx, await findLead(leads, ctx.params.id));
      },
    }),

    operation({
      method: 'get',
      path: '/api/leads/:id/notes',
      summary: "List a lead's notes, newest first",
      response: listOf(noteShape, noteExample),
      async handle(ctx) {
        const { id } = await findLead(leads, ctx.params.id);
        const actor = ctx.state.account.id;
        await audit.record({ actor, action: 'NOTES_READ', leadId: id });
        return { items: (await notes.forLead(id)).map(toNoteShape) };
      },
    }),

    operation({
      method: 'post',
      path: '/api/leads/:id/notes',
      summary: 'Add a note',
      body: z
        .strictObject({ text: noteText.meta({ maxLength: maxNoteLength }) })
        .meta({ id: 'NewNote', example: { text: noteExample.text } }),
      status: 201,
      response: noteShape,
      async handle(ctx, { body }) {
        const { id } = await findLead(leads, ctx.params.id);
        const note = await notes.add(id, ctx.state.account.id, body.text);
        if (!note) throw noSuchLead();
        return toNoteShape(note);
      },
    }),
  ];
}
