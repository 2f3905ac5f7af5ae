import { pino, type DestinationStream, type LogFn, type Logger } from 'pino';

export type { Logger } from 'pino';

/** JSON lines on standard output. What is logged of an error is chosen below, never all of it. */
export function createLogger(
  name: string,
  level: string,
  destination: DestinationStream = pino.destination({ dest: 1, sync: true }),
): Logger {
  const hooks = {
    // Without a text of ours, pino would take the error's message for one.
    logMethod(this: Logger, args: Parameters<LogFn>, method: LogFn) {
      const [first, ...rest] = args as unknown[];
      method.apply(this, [first, ...(rest.length === 0 ? [''] : rest)] as Parameters<LogFn>);
    },
  };
  const serializers = { err: describeError };
  return pino({ name, level, base: { name }, serializers, hooks }, destination);
}

/**
 * The parts of an error that cannot hold personal data. Messages of the database, the mail server
 * and the parsers quote what they were given, so only those of the runtime itself are kept.
 */
export function describeError(error: unknown): Record<string, unknown> {
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
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  };
}

/** Without the message, whose lines may look like frames. */
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
