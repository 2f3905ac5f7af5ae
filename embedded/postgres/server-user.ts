import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';

/** The user that Postgres runs as; empty for the current user. */
export interface ServerUser {
  uid?: number;
  gid?: number;
}

export const bareEnvironment = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };

/** Postgres refuses to run as root: then the user of an earlier run is chosen, or a system user. */
export async function chooseServerUser(home: string): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return {};
  const { uid, gid } = await stat(home).catch(() => ({ uid: 0, gid: 0 }));
  if (uid !== 0) return { uid, gid };
  const entries = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .map((line) => line.split(':'));
  for (const wanted of ['postgres', '_postgres', 'nobody']) {
    const entry = entries.find(([name]) => name === wanted);
    if (entry) return { uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new Error('Postgres does not run as root, and there is no user postgres or nobody.');
}

/** Runs a program to its end as the user. A program that cannot be started counts as failed. */
export function runAs(user: ServerUser, program: string, args: string[], signal?: AbortSignal) {
  const options = { ...user, cwd: '/', env: bareEnvironment, signal };
  return new Promise<{ succeeded: boolean; output: string }>((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      resolve({ succeeded: !error, output: `${stdout}${stderr}`.trim() || (error?.message ?? '') });
    });
  });
}
