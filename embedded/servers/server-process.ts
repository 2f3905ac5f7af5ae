import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endOf, lengthOf } from '../log-end';

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
const graceMs = 4000; // the internal server may need 3 s to release an email

/** Runs one of the servers as a process of its own, with these variables and no others. */
export function startServer(options: ServerOptions) {
  const { name, env } = options;
  const logFile = path.join(options.logFolder, `${name}.log`);
  const earlierBytes = lengthOf(logFile);
  const log = openSync(logFile, 'a', 0o600);
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
      void endOf(logFile, earlierBytes).then((lines) => {
        resolve(new Error(`The ${name} server ended (${signal ?? code ?? ''}). ${lines}`));
      });
    });
  });

  return {
    logFile,
    /** Resolves when the process has ended, with an error that says how. */
    ended,
    untilReady: () => untilReady(env.PORT, ended),
    async stop() {
      child.kill('SIGTERM');
      const killTimer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(killTimer);
    },
  };
}

/** Waits for as long as the server lives, and rejects when it has ended. */
export async function untilReady(port: string | undefined, ended: Promise<Error>): Promise<void> {
  const failure = ended.then((error) => Promise.reject(error));
  while (!(await Promise.race([failure, isReady(port)]))) await sleep(50);
}

async function isReady(port = ''): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
  await response?.body?.cancel();
  return response?.ok === true;
}
