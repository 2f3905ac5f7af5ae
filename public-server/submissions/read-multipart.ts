import multer, { type File, type Options } from '@koa/multer';
import createError, { isHttpError } from 'http-errors';
import type { Context } from 'koa';
import { MulterError } from 'multer';
import type { Readable, Writable } from 'node:stream';
import { watchPace, type Pace } from '../connections/pace';
import type { Spool, SpooledResume } from './spool';
import { unavailable } from './unavailable';

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

export type FieldName = (typeof fieldNames)[number];
export type FormFields = Partial<Record<FieldName, string>>;
export type ReceivedFile = File & SpooledResume;

export interface Multipart {
  body?: Record<string, unknown>;
  file?: ReceivedFile;
}

export interface MultipartOptions {
  maxResumeBytes: number;
  pace: Pace;
  /** Without it, a file ends the form. */
  spool?: Spool;
  /** Told the length of each piece of the body. */
  received: (bytes: number) => void;
}

/** A body that was not accepted. `typed` is the text that arrived until then. */
export class RejectedForm extends Error {
  constructor(
    readonly reason: Error,
    readonly typed: FormFields,
  ) {
    super(reason.message, { cause: reason });
    this.name = 'RejectedForm';
  }
}

/**
 * Rejects with a RejectedForm, and then keeps no file. It settles as soon as the body is too large
 * or too slow, even when the body never ends.
 */
export async function readMultipart(ctx: Context, options: MultipartOptions): Promise<Multipart> {
  const { maxResumeBytes, spool } = options;
  askForBody(ctx);
  const failure = await new Promise<unknown>((resolve) => {
    const multerOptions: Options & Record<string, unknown> = {
      storage: spool as Options['storage'],
      defParamCharset: 'utf8', // the default garbles file names
      limits: { ...limits, fileSize: maxResumeBytes },
      streamHandler: pipeWithin(options, resolve),
    };
    const form = multer(multerOptions);
    const upload = (spool ? form.single('resume') : form.fields([])) as (
      ctx: Context,
      next: () => Promise<void>,
    ) => Promise<void>;
    upload(ctx, () => Promise.resolve()).then(resolve, resolve);
  });
  if (!(failure instanceof Error)) return ctx.request as unknown as Multipart;
  const { body } = ctx.req as typeof ctx.req & Multipart; // as far as it arrived
  throw new RejectedForm(toHttpError(failure, maxResumeBytes), textOf(body));
}

/** Clients that expect it send their body only now. Whoever was refused before is spared that. */
function askForBody({ req, res }: Context): void {
  if (req.httpVersion === '1.1' && req.headers.expect) res.writeContinue();
}

/** The largest body of a form with a resume of this size. */
export const maxBodyBytes = (maxResumeBytes: number) => maxResumeBytes + maxOverheadBytes;

function pipeWithin(
  { maxResumeBytes, pace, received }: MultipartOptions,
  refuse: (error: Error) => void,
) {
  return (req: Readable, busboy: Writable) => {
    let bytes = 0;
    const end = (error: Error) => {
      watch.stop();
      busboy.destroy(error); // makes multer remove what it has, although the body goes on
      refuse(error);
    };
    const watch = watchPace(req, pace, end);
    req.on('data', (chunk: Buffer) => {
      const isWithin = bytes <= maxBodyBytes(maxResumeBytes);
      bytes += chunk.length;
      watch.received(chunk.length);
      received(chunk.length);
      if (isWithin && bytes > maxBodyBytes(maxResumeBytes)) end(tooLarge(maxResumeBytes));
    });
    req.once('close', watch.stop);
    req.pipe(busboy);
  };
}

export function isFieldName(name: string): name is FieldName {
  return (fieldNames as readonly string[]).includes(name);
}

/** The text that the form can show again. */
export function textOf(body: Record<string, unknown> = {}): FormFields {
  const known = fieldNames.map((name) => [name, body[name]] as const);
  return Object.fromEntries(known.filter(([, value]) => typeof value === 'string'));
}

function toHttpError(error: Error, maxResumeBytes: number): Error {
  if (isHttpError(error)) return error;
  if ('syscall' in error) return unavailable(error); // our disk failed, not the sender
  if (error instanceof MulterError && error.code === 'LIMIT_FILE_SIZE') {
    return tooLarge(maxResumeBytes);
  }
  const message = 'The form arrived damaged or with parts that do not belong to it.';
  return createError(400, message, { cause: error });
}

export function tooLarge(maxResumeBytes: number): Error {
  const message = `The resume may have ${megabytes(maxResumeBytes)} MB at most. Please send a smaller file.`;
  return createError(413, message, { errors: [{ field: 'resume', message }] });
}

/** Converts to units of 1,048,576 bytes, rounded down to one decimal. */
export function megabytes(bytes: number): number {
  return Math.floor((bytes / 1024 / 1024) * 10) / 10;
}
