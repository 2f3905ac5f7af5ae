import { readFile } from 'node:fs/promises';

/** To be run by a superuser: from then on the sessions of that login write it to the log. */
export const loggingTimesOf = (login: string, database: string) =>
  `alter role ${login} in database ${database} set log_duration = on`;

/** What Postgres needed to parse, plan and run all that its log tells the time of. */
export async function loggedMs(log: string): Promise<number> {
  const times = [...(await readFile(log, 'utf8')).matchAll(/duration: ([\d.]+) ms/g)];
  return times.reduce((sum, [, ms]) => sum + Number(ms), 0);
}
