import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Starting } from '../starting';

const orderlyStopMs = 10_000;

/** Stops a server that still uses this cluster because the process that started it was killed. */
export async function stopLeftOver(cluster: string, starting: Starting): Promise<void> {
  const lock = path.join(cluster, 'postmaster.pid');
  const pid = Number((await readFile(lock, 'utf8').catch(() => '')).split('\n')[0]);
  if (pid === 0 || !isAlive(pid)) return;
  if (!(await commandOf(pid)).includes(cluster)) {
    // The pid belongs to another program by now, which Postgres would take for a running server.
    await rm(lock, { force: true });
    return;
  }

  starting.say('Stopping the Postgres of an earlier start …');
  process.kill(pid, 'SIGINT');
  const quitTimer = setTimeout(() => {
    if (isAlive(pid)) process.kill(pid, 'SIGQUIT'); // the next start recovers
  }, orderlyStopMs);
  const what = `the Postgres of an earlier start (process ${pid}) to stop.`;
  await starting.waitFor(what, untilGone(pid, cluster)).finally(() => clearTimeout(quitTimer));
}

/** A process that nobody waits for keeps its pid, and another one may get it. */
async function untilGone(pid: number, cluster: string): Promise<void> {
  while (isAlive(pid) && (await commandOf(pid)).includes(cluster)) await sleep(20);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

/** From /proc where it exists: small systems do not have ps. */
async function commandOf(pid: number): Promise<string> {
  const fromProc = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (fromProc !== '') return fromProc;
  const ps = promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]);
  return ps.then(
    ({ stdout }) => stdout,
    () => '',
  );
}
