import createError from 'http-errors';
import type { Context } from 'koa';
import type { ParsedUrlQuery } from 'node:querystring';
import { z } from 'zod';
import type { AuditRepository } from '../../common/audit/repository';
import type { Lead } from '../../common/leads/lead';
import type { ResumeType } from '../../common/resumes/resume-type';
import type { ResumeStore } from '../../common/resumes/store';
import { readQuery } from '../http/query';
import { downloadName } from './download-name';

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

const purposes = z.strictObject({ for: z.literal('view').optional() });

/** What a file is asked for: to keep it, or to be shown in the lead's page. */
export type Purpose = 'download' | 'view';

/** Throws 400 for a query string that has anything but `for=view`. */
export function readPurpose(query: ParsedUrlQuery): Purpose {
  return readQuery(purposes, query).for ?? 'download';
}

/** Sends the lead's file, after comparing its hash with the submission's. */
export async function sendResume(
  { audit, resumes }: SendResumeDeps,
  ctx: Context,
  lead: Lead,
  purpose: Purpose = 'download',
): Promise<void> {
  const { id, resume } = lead;
  const stored = await resumes.read(resume.key);
  if (!stored) throw broken('The stored file is missing. Please tell your administrator.');
  try {
    if (stored.sha256 !== resume.sha256) {
      throw broken('The stored file is damaged. Please tell your administrator.');
    }
    const actor = ctx.state.account.id;
    const action = purpose === 'view' ? 'RESUME_READ' : 'RESUME_DOWNLOADED';
    await audit.record({ actor, action, leadId: id });
  } catch (error) {
    stored.content.destroy();
    throw error;
  }

  ctx.length = stored.bytes;
  ctx.attachment(downloadName(lead));
  ctx.type = mediaTypes[resume.type];
  ctx.set('Content-Security-Policy', policy);
  ctx.body = stored.content;
}

// `default-src` does not stand in for the other two.
const policy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox";

function broken(message: string): Error {
  return createError(500, message, { expose: true });
}
