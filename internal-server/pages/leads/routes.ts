import { createRouter, type Router } from '../../auth/router';
import { findLead } from '../../leads/find-lead';
import { firstView, leadListUrl } from '../../leads/query';
import { readPurpose, sendResume, type SendResumeDeps } from '../../leads/send-resume';
import { sendFrame } from '../viewer/frame';
import { seeOther } from '../layout/flash';
import { createBulk, type BulkDeps } from './bulk/bulk';
import { createExport, type ExportDeps } from './list/export';
import { createLeadActions, type LeadActionDeps } from './lead-action';
import { createLeadPage, type LeadPageDeps } from './page/lead-page';
import { createListPage, type LeadListDeps } from './list/list-page';
import { createNews, type NewsDeps } from './list/news';
import { createOutreach, type OutreachDeps } from './outreach';
import { createUndo, type UndoDeps } from './undo';
import { createLeadWork, type LeadWorkDeps } from './work';

export type LeadRouteDeps = BulkDeps &
  ExportDeps &
  LeadActionDeps &
  LeadListDeps &
  LeadPageDeps &
  LeadWorkDeps &
  NewsDeps &
  OutreachDeps &
  SendResumeDeps &
  UndoDeps;

/** The worklist, and each lead with all that can be done with it. */
export function leadRoutes(deps: LeadRouteDeps): Router {
  const { leads } = deps;
  const page = createLeadPage(deps);
  const action = createLeadActions(deps, page);
  const bulk = createBulk(deps);
  const outreach = createOutreach(deps, action);
  const work = createLeadWork(deps, page, action);
  const router = createRouter();

  router.get('/', (ctx) => {
    seeOther(ctx, leadListUrl(firstView));
  });
  router.get('/leads', createListPage(deps));
  router.get('/leads.csv', createExport(deps));
  router.get('/leads/news', createNews(deps));

  router.get('/leads/:id', async (ctx) => {
    await page.show(ctx, await findLead(leads, ctx.params.id));
  });
  router.get('/leads/:id/resume', async (ctx) => {
    const purpose = readPurpose(ctx.query);
    await sendResume(deps, ctx, await findLead(leads, ctx.params.id), purpose);
  });
  router.get('/leads/:id/view', async (ctx) => {
    await findLead(leads, ctx.params.id);
    await sendFrame(ctx);
  });

  router.post('/leads/reached-out', bulk.markSelected);
  router.post('/leads/bulk', bulk.change);
  router.post('/leads/:id/reached-out', outreach.mark);
  router.post('/leads/:id/reopen', outreach.reopen);
  router.post('/leads/:id/undo', createUndo(deps, action));

  router.post('/leads/:id/notes', work.addNote);
  router.post('/leads/:id/assign', work.assign);
  router.post('/leads/:id/not-spam', work.markNotSpam);
  router.post('/leads/:id/delete', work.remove);

  return router;
}
