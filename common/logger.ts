import { pino, type Logger, type DestinationStream } from 'pino';

export type { Logger } from 'pino';

/** JSON lines on standard output. What is logged of an error is chosen below, never all of it. */
export function createLogger(
  name: string,
  level: string,
  destination: DestinationStream = pino.destination({ dest: 1, sync: true }),
): Logger {
  return pino({ name, level, base: { name }, serializers: { err: describeError } }, destination);
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
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return {
    type: error.constructor.name,
    ...Object.fromEntries(Object.entries(parts).filter(([, value]) => isPlain(value))),
    ...(isFromRuntime(error) && { message: error.message }),
    ...('problems' in error && { problems: error.problems }),
    stack: frames.map((line) => line.trim()).slice(0, 12),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  };
}

function isPlain(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && value.length <= 64);
}

function isFromRuntime(error: Error): boolean {
  return [TypeError, RangeError, ReferenceError].some((type) => error.constructor === type);
}
