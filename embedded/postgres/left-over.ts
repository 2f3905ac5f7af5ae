import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const patienceMs = 10_000;

/** Stops a server that still has this cluster open because the run that started it was killed. */
export async function stopLeftOver(cluster: string): Promise<void> {
  const lock = path.join(cluster, 'postmaster.pid');
  const pid = Number((await readFile(lock, 'utf8').catch(() => '')).split('\n')[0]);
  if (pid === 0 || !isAlive(pid)) return;
  if (!(await commandOf(pid)).includes(cluster)) {
    await rm(lock, { force: true }); // the number is another program's now, and Postgres would take it for its own
    return;
  }

  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + patienceMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) throw new Error(`Postgres (process ${pid}) does not stop.`);
    await sleep(20);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

/** From /proc where there is one: small systems come without ps. */
async function commandOf(pid: number): Promise<string> {
  const fromProc = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (fromProc !== '') return fromProc;
  const ps = promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]);
  return ps.then(
    ({ stdout }) => stdout,
    () => '',
  );
}
