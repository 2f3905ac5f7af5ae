import createError from 'http-errors';
import type { Context } from 'koa';
import type { AuditRepository } from '../../common/audit/repository';
import type { Lead } from '../../common/leads/lead';
import type { ResumeType } from '../../common/resumes/resume-type';
import type { ResumeStore } from '../../common/resumes/store';

export interface SendResumeDeps {
  audit: Pick<AuditRepository, 'record'>;
  resumes: Pick<ResumeStore, 'read'>;
}

export const mediaTypes: Record<ResumeType, string> = {
  pdf: 'application/pdf',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  odt: 'application/vnd.oasis.opendocument.text',
  rtf: 'application/rtf',
  txt: 'text/plain',
};

/** Sends the lead's file, after comparing its hash with the submission's. */
export async function sendResume(
  { audit, resumes }: SendResumeDeps,
  ctx: Context,
  { id, resume }: Lead,
): Promise<void> {
  const stored = await resumes.read(resume.key);
  if (!stored) throw broken('The stored file is missing. Please tell your administrator.');
  try {
    if (stored.sha256 !== resume.sha256) {
      throw broken('The stored file is damaged. Please tell your administrator.');
    }
    const actor = ctx.state.account.id;
    await audit.record({ actor, action: 'RESUME_DOWNLOADED', leadId: id });
  } catch (error) {
    stored.content.destroy();
    throw error;
  }

  ctx.length = stored.bytes;
  ctx.attachment(resume.filename);
  ctx.type = mediaTypes[resume.type]; // a stranger chose the file name, and its extension
  ctx.set('Content-Security-Policy', policy);
  ctx.body = stored.content;
}

// `default-src` does not stand in for the other two.
const policy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox";

function broken(message: string): Error {
  return createError(500, message, { expose: true });
}
