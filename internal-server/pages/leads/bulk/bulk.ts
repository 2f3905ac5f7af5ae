import createError from 'http-errors';
import type { Context } from 'koa';
import type { AuditRepository } from '../../../../common/audit/repository';
import type { BulkResult } from '../../../../common/leads/bulk/bulk';
import { BulkRefusal } from '../../../../common/leads/bulk/selection';
import { bulkAccess, checkAccess } from '../../../auth/access';
import { fullName } from '../../../format';
import { readForm, textOf } from '../../../http/form';
import { readAssignment, readBulk, type BulkRequest } from '../../../leads/bulk-selection';
import { filtersOf, leadListUrl } from '../../../leads/query';
import type { RenderPage } from '../../layout/render-page';
import { deleteLeads, type DeleteLeadsDeps } from '../delete-leads';
import {
  linesOf,
  nothingSelected,
  previousAssignees,
  problemOf,
  summaryOf,
  type BulkAction,
} from './bulk-results';

export interface BulkDeps extends DeleteLeadsDeps {
  audit: Pick<AuditRepository, 'record'>;
  config: { overdueAfterHours: number };
  render: RenderPage;
}

const titles: Record<BulkAction, string> = {
  'reached-out': 'Reached out',
  assign: 'Assigned',
  'not-spam': 'Not spam',
  delete: 'Deleted',
};

/** `POST /leads/bulk`, and `POST /leads/reached-out`, which is its oldest part. */
export function createBulk(deps: BulkDeps) {
  const { audit, config, leads, render } = deps;

  async function run(ctx: Context, form: URLSearchParams, action: BulkAction): Promise<void> {
    checkAccess(ctx, bulkAccess[action]);
    const request = readBulk(ctx, form, config.overdueAfterHours);
    try {
      if (!request.isAll && request.ids.length === 0)
        await refuse(ctx, request, action, 422, nothingSelected);
      else if (action === 'delete') await remove(ctx, form, request);
      else await show(ctx, request, action, await apply(ctx, form, request, action), form);
    } catch (error) {
      if (!(error instanceof BulkRefusal)) throw error;
      const status = error.problem === 'OTHER_NUMBER' ? 409 : 422;
      await refuse(ctx, request, action, status, problemOf(error));
    }
  }

  function apply(
    ctx: Context,
    form: URLSearchParams,
    { selection }: BulkRequest,
    action: Exclude<BulkAction, 'delete'>,
  ): Promise<BulkResult> {
    const { id } = ctx.state.account;
    if (action === 'reached-out') return leads.bulk.markReachedOut(selection, id);
    if (action === 'not-spam') return leads.bulk.markNotSpam(selection, id);
    return leads.bulk.assign(selection, readAssignment(form), id);
  }

  /** Deletes only what was confirmed by its number. */
  async function remove(ctx: Context, form: URLSearchParams, request: BulkRequest): Promise<void> {
    const { selection, shown } = request;
    const selected = await leads.bulk.read(
      'ids' in selection ? selection : { ...selection, total: undefined },
    );
    const count = selected.length;
    const typed = form.has('confirm') ? textOf(form, 'confirm') : undefined;
    if (count > 0 && typed === String(count)) {
      await show(ctx, request, 'delete', await deleteLeads(deps, selected, ctx.state.account.id));
      return;
    }
    const { view } = request.page;
    const details = { filters: request.isAll ? filtersOf(view) : [], count };
    await audit.record({ actor: ctx.state.account.id, action: 'LEADS_LISTED', details });
    const isOther = typed !== undefined && shown !== undefined && shown !== count;
    if (typed !== undefined) ctx.status = isOther ? 409 : 422;
    const problem = isOther
      ? `It was ${shown} when this page was shown, and is ${count} now. Nothing was deleted.`
      : `To delete these leads permanently, type their number: ${count}`;
    ctx.body = await render(ctx, 'leads/bulk-delete', {
      title: 'Delete leads',
      section: '/leads',
      count,
      names: selected.slice(0, namesShown).map(fullName),
      moreCount: Math.max(0, count - namesShown),
      ids: request.isAll ? [] : selected.map(({ id }) => id),
      isAll: request.isAll,
      url: leadListUrl(view, request.page, '/leads/bulk'),
      backUrl: leadListUrl(view, request.page),
      problem: typed === undefined ? undefined : problem,
    });
  }

  async function show(
    ctx: Context,
    { page, ids, isAll }: BulkRequest,
    action: BulkAction,
    result: BulkResult,
    form?: URLSearchParams,
  ): Promise<void> {
    const lines = linesOf(action, result, isAll ? undefined : ids, ctx.state.account.id);
    ctx.body = await render(ctx, 'leads/bulk', {
      title: titles[action],
      section: '/leads',
      heading: titles[action],
      summary: summaryOf(action, lines),
      lines,
      giveBack: action === 'assign' ? previousAssignees(result) : [],
      heldBy: form ? textOf(form, 'account') : '',
      url: leadListUrl(page.view, page, '/leads/bulk'),
      backUrl: leadListUrl(page.view, page),
      problem: undefined,
    });
  }

  async function refuse(
    ctx: Context,
    { page }: BulkRequest,
    action: BulkAction,
    status: number,
    problem: string,
  ): Promise<void> {
    ctx.status = status;
    const heading = titles[action];
    const backUrl = leadListUrl(page.view, page);
    const nothing = { summary: '', lines: [], giveBack: [], heldBy: '', url: '' };
    const values = { title: heading, heading, section: '/leads', backUrl, problem, ...nothing };
    ctx.body = await render(ctx, 'leads/bulk', values);
  }

  return {
    change: async (ctx: Context): Promise<void> => {
      const form = readForm(ctx);
      const action = textOf(form, 'action');
      if (!Object.hasOwn(bulkAccess, action)) throw createError(422, 'Choose what to do.');
      await run(ctx, form, action as BulkAction);
    },
    markSelected: (ctx: Context) => run(ctx, readForm(ctx), 'reached-out'),
  };
}

const namesShown = 10;
