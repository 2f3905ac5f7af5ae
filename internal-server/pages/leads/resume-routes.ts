import { createRouter, type Router } from '../../auth/router';
import type { LeadRepository } from '../../../common/leads/repository';
import { findLead } from '../../leads/find-lead';
import { sendResume, type SendResumeDeps } from '../../leads/send-resume';

export interface ResumeRouteDeps extends SendResumeDeps {
  leads: Pick<LeadRepository, 'find'>;
}

export function resumeRoutes(deps: ResumeRouteDeps): Router {
  const router = createRouter();
  router.get('/leads/:id/resume', async (ctx) => {
    await sendResume(deps, ctx, await findLead(deps.leads, ctx.params.id));
  });
  return router;
}
