import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ServerOptions {
  name: 'public' | 'internal';
  env: Record<string, string>;
  logFolder: string;
}

export type ServerProcess = ReturnType<typeof startServer>;

const root = path.join(__dirname, '../..');
const exitWithParent = path.join(__dirname, 'exit-with-parent.ts');
const { PATH, HOME, LANG, TZ, TMPDIR, NODE_ENV } = process.env;
const basics = { PATH, HOME, LANG, TZ, TMPDIR, NODE_ENV };
const readyWithinMs = 30_000;
const graceMs = 4000; // the internal server may need 3 s to release an email

/** Runs one of the servers as a process of its own, with these variables and no others. */
export function startServer(options: ServerOptions) {
  const { name, env } = options;
  const logFile = path.join(options.logFolder, `${name}.log`);
  const log = openSync(logFile, 'a', 0o600);
  const earlierBytes = fstatSync(log).size;
  const loaders = ['-r', 'ts-node/register/transpile-only', '-r', exitWithParent];
  const child = spawn(process.execPath, [...loaders, path.join(root, `${name}-server/index.ts`)], {
    cwd: root,
    env: { ...basics, ...env },
    detached: true, // Ctrl-C reaches only this process, which stops everything in order
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);

  const ended = new Promise<Error>((resolve) => {
    child.once('error', resolve);
    child.once('exit', (code, signal) => {
      void lastLines(logFile, earlierBytes).then((lines) => {
        resolve(new Error(`The ${name} server ended (${signal ?? code ?? ''}). ${lines}`));
      });
    });
  });

  return {
    /** Resolves when the process has ended, with an error that says how. */
    ended,
    untilReady: () => untilReady(options, ended),
    async stop() {
      child.kill('SIGTERM');
      const killTimer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(killTimer);
    },
  };
}

async function untilReady({ name, env }: ServerOptions, ended: Promise<Error>): Promise<void> {
  const failure = ended.then((error) => Promise.reject(error));
  const giveUpAt = performance.now() + readyWithinMs;
  while (!(await Promise.race([failure, isReady(env.PORT)]))) {
    if (performance.now() > giveUpAt) throw new Error(`The ${name} server did not become ready.`);
    await sleep(50);
  }
}

async function isReady(port = ''): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
  await response?.body?.cancel();
  return response?.ok === true;
}

async function lastLines(file: string, fromByte: number): Promise<string> {
  const written = (await readFile(file)).subarray(fromByte).toString();
  return `The end of ${file}:\n${written.trimEnd().split('\n').slice(-40).join('\n')}`;
}
