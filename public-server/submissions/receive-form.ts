import createError from 'http-errors';
import type { Context } from 'koa';
import { prefersJson } from '../../common/http/error-response';
import {
  isFieldName,
  maxBodyBytes,
  readMultipart,
  RejectedForm,
  textOf,
  tooLarge,
  type FormFields,
  type MultipartOptions,
} from './read-multipart';
import type { Spool, SpooledResume } from './spool';

export interface ReceivedForm {
  fields: FormFields;
  /** The resume as it was sent. Whoever receives the form discards it. */
  resume: (SpooledResume & { filename: string }) | undefined;
}

export type Reading = Pick<MultipartOptions, 'pace' | 'received'>;

/** Returns a function that receives `POST /leads`. It rejects with 400, 408, 413 or 415 and keeps nothing. */
export function createFormReceiver(spool: Spool, maxResumeBytes: number, reading: Reading) {
  return async (ctx: Context): Promise<ReceivedForm> => {
    if (!ctx.is('multipart/form-data')) {
      throw createError(415, 'Send the form as multipart/form-data.');
    }
    const declaredBytes = Number(ctx.get('Content-Length')); // 0 when the header is absent
    const maxBytes = maxBodyBytes(maxResumeBytes);
    if (declaredBytes > 2 * maxBytes) throw tooLarge(maxResumeBytes);
    if (declaredBytes > maxBytes) {
      const typed = prefersJson(ctx) ? {} : await receiveText(ctx, reading);
      throw new RejectedForm(tooLarge(maxResumeBytes), typed);
    }

    const { body, file } = await readMultipart(ctx, { ...reading, maxResumeBytes, spool });
    try {
      if (file?.encoding === 'base64') throw createError(400, 'Send the file without base64.');
      return {
        fields: checkFields(body),
        resume: file && { ...file, filename: file.originalname },
      };
    } catch (error) {
      // A file that stays behind is removed at a later start. The sender needs the first error.
      if (file) await spool.discard(file).catch(() => undefined);
      throw error;
    }
  };
}

/** Returns the text that arrives before the resume, of which nothing is kept. */
export async function receiveText(ctx: Context, reading: Reading): Promise<FormFields> {
  try {
    return textOf((await readMultipart(ctx, { ...reading, maxResumeBytes: 0 })).body);
  } catch (error) {
    if (error instanceof RejectedForm) return error.typed;
    throw error;
  }
}

function checkFields(body: Record<string, unknown> = {}): FormFields {
  const fields: FormFields = {};
  for (const [name, value] of Object.entries(body)) {
    if (name === 'resume' && value === '') continue; // how some clients send no file
    if (!isFieldName(name))
      throw createError(400, 'The form has a field that does not belong to it.');
    if (Array.isArray(value)) throw createError(400, `The field ${name} was sent twice.`);
    if (typeof value !== 'string') throw createError(400, `The field ${name} cannot be read.`);
    fields[name] = value;
  }
  return fields;
}
