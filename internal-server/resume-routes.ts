import Router from '@koa/router';
import createError from 'http-errors';
import { createHash } from 'node:crypto';
import type { AuditRepository } from '../common/audit';
import type { LeadRepository } from '../common/leads';
import type { ResumeType } from '../common/resume-type';
import type { ResumeStore } from '../common/resumes/store';
import { findLead } from './find-lead';

export interface ResumeRouteDeps {
  leads: Pick<LeadRepository, 'find'>;
  audit: Pick<AuditRepository, 'record'>;
  resumes: Pick<ResumeStore, 'read'>;
}

const mediaTypes: Record<ResumeType, string> = {
  pdf: 'application/pdf',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  rtf: 'application/rtf',
  txt: 'text/plain',
};

export function resumeRoutes({ leads, audit, resumes }: ResumeRouteDeps): Router {
  const router = new Router();

  router.get('/leads/:id/resume', async (ctx) => {
    const { id, resume } = await findLead(leads, ctx.params.id);
    const bytes = await resumes.read(resume.key);
    if (!bytes) throw broken('The stored file is missing. Please tell your administrator.');
    if (createHash('sha256').update(bytes).digest('hex') !== resume.sha256) {
      throw broken('The stored file is damaged. Please tell your administrator.');
    }
    const actor = ctx.state.account.id;
    await audit.record({ actor, action: 'RESUME_DOWNLOADED', leadId: id });

    ctx.attachment(resume.filename);
    ctx.type = mediaTypes[resume.type]; // ours, not the file name's: a stranger chose that
    ctx.set('Content-Security-Policy', "default-src 'none'; sandbox");
    ctx.body = bytes;
  });

  return router;
}

function broken(message: string): Error {
  return createError(500, message, { expose: true });
}
