/** Returns what is printed when the start fails: what has happened, and where to look or what to do. */
export function explainFailure(error: unknown, dataDir: string): string {
  if (!(error instanceof Error)) return String(error);
  const { message, code, path: file } = error as NodeJS.ErrnoException;
  const isFile = file !== undefined && code !== undefined;
  const what = isFile ? `${file} cannot be used (${code}).` : message;
  const [, advice] = advices.find(([pattern]) => pattern.test(message)) ?? [];
  if (advice !== undefined) return `${what}\n${advice(dataDir)}`;
  return isFile ? `${what} Correct it, or set DATA_DIR to another folder.` : what;
}

type Advice = readonly [pattern: RegExp, advice: (dataDir: string) => string];

/** By what Node, Postgres and knex say, in their words or at the end of a log. */
const advices: Advice[] = [
  [
    /no space left on device|ENOSPC|EDQUOT/i,
    (dataDir) =>
      `There is no room left in ${dataDir}. Free some, or set DATA_DIR to another folder.`,
  ],
  [
    /password authentication failed for user "postgres"/,
    (dataDir) =>
      `${dataDir}/postgres/password does not belong to the database beside it: restore both together.`,
  ],
  [
    /database files are incompatible with server|migration directory is corrupt/,
    (dataDir) =>
      `${dataDir} was last used by another version. Start that version, or set DATA_DIR to another folder.`,
  ],
];
