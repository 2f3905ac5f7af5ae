import { z } from 'zod';
import type { Cursor } from '../../common/database/cursor';

/** A cursor as addresses carry it: opaque to the client. */
export function encodeCursor({ sort, values }: Cursor): string {
  return Buffer.from(JSON.stringify([sort, ...values])).toString('base64url');
}

/** Reads the cursors of a list that has these sorts; each says what its values may be. */
export function cursorOf(sorts: Record<string, z.ZodType<string[]>>) {
  return z
    .base64url()
    .max(2000)
    .transform(decode)
    .pipe(z.tuple([z.string()], z.string()))
    .transform(([sort, ...values]): Cursor => ({ sort, values }))
    .refine(({ sort, values }) => {
      return Object.hasOwn(sorts, sort) && sorts[sort]?.safeParse(values).success;
    });
}

function decode(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    context.addIssue({ code: 'custom', message: 'is not a cursor' });
    return z.NEVER;
  }
}
