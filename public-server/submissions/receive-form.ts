import multer, { type File, type Options } from '@koa/multer';
import createError, { isHttpError } from 'http-errors';
import type { Context } from 'koa';
import { MulterError } from 'multer';
import type { Readable, Writable } from 'node:stream';
import { prefersJson } from '../../common/http/error-response';
import { megabytes } from './megabytes';
import type { Spool, SpooledResume } from './spool';
import { unavailable } from './unavailable';

export type FormFields = Partial<Record<(typeof fieldNames)[number], string>>;

export interface ReceivedForm {
  fields: FormFields;
  /** The resume as it was sent; whoever receives the form discards it. */
  resume: (SpooledResume & { filename: string }) | undefined;
}

type ReceivedFile = File & SpooledResume;

const fieldNames = ['first_name', 'last_name', 'email', 'submission_id', 'website'] as const;
const maxFieldBytes = 16 * 1024;
const maxOverheadBytes = 256 * 1024; // all fields, headers and boundaries around the file

const limits = {
  fieldNameSize: 100,
  fieldSize: maxFieldBytes,
  fields: 8,
  files: 1,
  parts: 10,
  headerPairs: 20,
  fieldNestingDepth: 0,
  fieldArrayIndexLimit: 0,
};

/**
 * Receives `POST /leads`. Rejects with 400, 413 or 415, and then keeps nothing; the error's `fields`
 * are what was typed, as far as it came.
 */
export function createFormReceiver(
  spool: Spool,
  maxResumeBytes: number,
  received: (bytes: number) => void,
) {
  return async (ctx: Context): Promise<ReceivedForm> => {
    if (!ctx.is('multipart/form-data')) {
      throw createError(415, 'Send the form as multipart/form-data.');
    }
    const declaredBytes = Number(ctx.get('Content-Length')); // 0 when the header is absent
    if (declaredBytes > maxResumeBytes + maxOverheadBytes) {
      const fields = prefersJson(ctx) ? {} : await receiveText(ctx, received);
      throw Object.assign(tooLarge(maxResumeBytes), { fields });
    }

    const { body, file } = await receive(ctx, { maxResumeBytes, spool, received });
    try {
      if (file?.encoding === 'base64') throw createError(400, 'Send the file without base64.');
      return { fields: checkFields(body), resume: file && toResume(file) };
    } catch (error) {
      // What is left is removed at a later start; what matters is what is wrong with the form.
      if (file) await spool.discard(file).catch(() => undefined);
      throw error;
    }
  };
}

/** What was typed, as far as it comes before the resume, of which nothing is taken. */
export async function receiveText(
  ctx: Context,
  received: (bytes: number) => void,
): Promise<FormFields> {
  try {
    return textOf((await receive(ctx, { maxResumeBytes: 0, received })).body);
  } catch (error) {
    return (error as { fields: FormFields }).fields;
  }
}

interface Received {
  body?: Record<string, unknown>;
  file?: ReceivedFile;
}

interface ReceiveOptions {
  maxResumeBytes: number;
  /** None: a file ends the form. */
  spool?: Spool;
  received: (bytes: number) => void;
}

/** Settles as soon as the body is too large, even when it never ends. */
async function receive(ctx: Context, options: ReceiveOptions): Promise<Received> {
  const { maxResumeBytes, spool, received } = options;
  const maxBodyBytes = maxResumeBytes + maxOverheadBytes;
  const failure = await new Promise<unknown>((resolve) => {
    const multerOptions: Options & Record<string, unknown> = {
      storage: spool as Options['storage'],
      defParamCharset: 'utf8', // the default garbles file names
      limits: { ...limits, fileSize: maxResumeBytes },
      streamHandler(req: Readable, busboy: Writable) {
        let bytes = 0;
        req.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          received(chunk.length);
          if (bytes <= maxBodyBytes || busboy.destroyed) return;
          const error = tooLarge(maxResumeBytes);
          busboy.destroy(error); // so that multer removes what it has, though the body goes on
          resolve(error);
        });
        req.pipe(busboy);
      },
    };
    const form = multer(multerOptions);
    const upload = (spool ? form.single('resume') : form.fields([])) as (
      ctx: Context,
      next: () => Promise<void>,
    ) => Promise<void>;
    upload(ctx, () => Promise.resolve()).then(resolve, resolve);
  });
  if (!(failure instanceof Error)) return ctx.request as unknown as Received;
  const { body } = ctx.req as typeof ctx.req & Received; // as far as it came
  throw Object.assign(translate(failure, maxResumeBytes), { fields: textOf(body) });
}

/** What can be shown in the form again. */
function textOf(body: Record<string, unknown> = {}): FormFields {
  const known = fieldNames.map((name) => [name, body[name]] as const);
  return Object.fromEntries(known.filter(([, value]) => typeof value === 'string'));
}

function translate(error: Error, maxResumeBytes: number): Error {
  if (isHttpError(error)) return error;
  if ('syscall' in error) return unavailable(error); // our disk's trouble, not the sender's fault
  if (error instanceof MulterError && error.code === 'LIMIT_FILE_SIZE') {
    return tooLarge(maxResumeBytes);
  }
  return createError(400, 'The form arrived damaged or with parts that do not belong to it.', {
    cause: error,
  });
}

function tooLarge(maxResumeBytes: number): Error {
  const limit = `${megabytes(maxResumeBytes)} MB`;
  const message = `The resume may have ${limit} at most. Please send a smaller file.`;
  return createError(413, message, { errors: [{ field: 'resume', message }] });
}

function checkFields(body: Record<string, unknown> = {}): FormFields {
  const fields: FormFields = {};
  for (const [name, value] of Object.entries(body)) {
    const known = fieldNames.find((fieldName) => fieldName === name);
    if (name === 'resume' && value === '') continue; // as some clients send a file that is not there
    if (!known) throw createError(400, 'The form has a field that does not belong to it.');
    if (Array.isArray(value)) throw createError(400, `The field ${known} was sent twice.`);
    if (typeof value !== 'string') throw createError(400, `The field ${known} cannot be read.`);
    fields[known] = value;
  }
  return fields;
}

function toResume(file: ReceivedFile): SpooledResume & { filename: string } {
  const { path, handle, bytes, sha256, isTaken, head, originalname } = file;
  return { path, handle, bytes, sha256, isTaken, head, filename: originalname };
}
