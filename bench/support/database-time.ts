import { readFile } from 'node:fs/promises';

/** For a superuser: new sessions of that login then log the time of each statement. */
export const loggingTimesOf = (login: string, database: string) =>
  `alter role ${login} in database ${database} set log_duration = on`;

/** The time that Postgres took, by its log, to parse, plan and run all logged statements. */
export async function loggedMs(log: string): Promise<number> {
  const times = [...(await readFile(log, 'utf8')).matchAll(/duration: ([\d.]+) ms/g)];
  return times.reduce((sum, [, ms]) => sum + Number(ms), 0);
}
