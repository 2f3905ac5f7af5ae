import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, problemWith } from '../../embedded/ports';
import { killIfRunning } from '../support/process/kill-if-running';
import { temporaryFolder } from '../support/process/postgres';

const root = path.join(__dirname, '../..');
const npmStart = [process.execPath, '-r', 'ts-node/register/transpile-only', 'embedded/index.ts'];

export interface Started {
  process: ChildProcess;
  output: string;
  exit: Promise<[number | null, string | null]>;
}

export type Workplace = Awaited<ReturnType<typeof createWorkplace>>;

/** A data folder and three ports, with what is started there. */
export async function createWorkplace() {
  const dataDir = await temporaryFolder();
  const [a, b, c] = await Promise.all([freePort(), freePort(), freePort()]);
  const ports = { PUBLIC_PORT: String(a), INTERNAL_PORT: String(b), INBOX_PORT: String(c) };

  /** Resolves when everything has started, or `line` was printed, or the process has ended. */
  async function start(
    changes: NodeJS.ProcessEnv = {},
    command = npmStart,
    line = 'Ctrl-C stops it',
  ): Promise<Started> {
    const { PATH, HOME } = process.env;
    const child = spawn(command[0]!, command.slice(1), {
      cwd: root,
      // TMPDIR is how `processes` finds those of another data folder
      env: { PATH, HOME, TMPDIR: dataDir, DATA_DIR: dataDir, ...ports, ...changes },
      detached: true, // a process group, as a shell gives it to a command
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exit = once(child, 'close') as Started['exit'];
    const started: Started = { process: child, output: '', exit };
    const ready = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk: Buffer) => {
          started.output += chunk.toString();
          if (started.output.includes(line)) resolve();
        });
      }
    });
    await Promise.race([ready, exit]);
    return started;
  }

  async function processes(): Promise<number[]> {
    const found: number[] = [];
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
      const read = (file: string) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '');
      const traces = (await read('cmdline')) + (await read('environ'));
      if (traces.includes(dataDir)) found.push(Number(name));
    }
    return found;
  }

  async function serverPid(name: 'public' | 'internal'): Promise<number> {
    for (const pid of await processes()) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
      if (command.includes(`${name}-server`)) return pid;
    }
    throw new Error(`the ${name} server does not run`);
  }

  /** Returns after how many milliseconds the last process was gone. */
  async function untilNoProcess(): Promise<number> {
    const since = Date.now();
    while ((await processes()).length > 0) {
      if (Date.now() - since > 10_000) throw new Error('Processes are left over');
      await sleep(50);
    }
    return Date.now() - since;
  }

  async function killAll(): Promise<void> {
    for (const pid of await processes()) killIfRunning(pid);
    await untilNoProcess();
    // A process that ends loses its memory, by which it is found, before its sockets.
    for (const port of Object.values(ports)) {
      while (await problemWith(Number(port))) await sleep(20);
    }
  }

  const remove = () => rm(dataDir, { recursive: true });
  return { dataDir, ports, start, processes, serverPid, untilNoProcess, killAll, remove };
}

export function status(port: string, pathname: string, password?: string): Promise<number> {
  const credentials = Buffer.from(`admin@localhost:${password}`).toString('base64');
  const headers: Record<string, string> = { accept: 'text/html' };
  if (password !== undefined) headers.authorization = `Basic ${credentials}`;
  const url = `http://127.0.0.1:${port}${pathname}`;
  return fetch(url, { headers, redirect: 'manual' }).then((answer) => answer.status);
}
