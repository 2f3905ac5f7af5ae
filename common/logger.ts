import { pino, type DestinationStream, type LogFn, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Logs JSON lines to standard output. Of an error it logs only what `serializeError` returns. */
export function createLogger(
  name: string,
  level: string,
  destination: DestinationStream = pino.destination({ dest: 1, sync: true }),
): Logger {
  const hooks = {
    // Without a message of ours, pino would log the error's own.
    logMethod(this: Logger, args: Parameters<LogFn>, method: LogFn) {
      const [first, ...rest] = args as unknown[];
      method.apply(this, [first, ...(rest.length === 0 ? [''] : rest)] as Parameters<LogFn>);
    },
  };
  const serializers = { err: serializeError };
  return pino({ name, level, base: { name }, serializers, hooks }, destination);
}

/**
 * Returns the parts of an error that cannot hold personal data. The database, the mail server and
 * parsers quote their input in messages, so only the messages of the JavaScript runtime are kept.
 */
export function serializeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, syscall, constraint, table, command, responseCode, status } = error as Error &
    Record<string, unknown>;
  const parts = { code, syscall, constraint, table, command, responseCode, status };
  return {
    type: error.constructor.name,
    ...Object.fromEntries(Object.entries(parts).filter(([, value]) => isPlain(value))),
    ...(isFromRuntime(error) && { message: error.message }),
    ...('problems' in error && { problems: error.problems }),
    stack: framesOf(error),
    ...(error.cause !== undefined && { cause: serializeError(error.cause) }),
  };
}

/** Skips the message, because its lines may look like frames. */
function framesOf({ stack = '', message }: Error): string[] {
  const start = stack.indexOf(message);
  const frames = start === -1 ? stack : stack.slice(start + message.length);
  return frames
    .split('\n')
    .filter((line) => /^\s+at .+[):\d]$/.test(line))
    .map((line) => line.trim())
    .slice(0, 12);
}

function isPlain(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && value.length <= 64);
}

function isFromRuntime(error: Error): boolean {
  return [TypeError, RangeError, ReferenceError].some((type) => error.constructor === type);
}
