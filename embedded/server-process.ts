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

export interface ServerProcess {
  untilReady(): Promise<void>;
  /** Settles when the process has ended, with what there is to say about it. */
  ended: Promise<Error>;
  stop(): Promise<void>;
}

const root = path.join(__dirname, '..');
const exitWithParent = path.join(__dirname, 'exit-with-parent.ts');
const { PATH, HOME, LANG, TZ, TMPDIR, NODE_ENV } = process.env;
const basics = { PATH, HOME, LANG, TZ, TMPDIR, NODE_ENV };
const readyWithinMs = 30_000;
const graceMs = 4000; // the internal server may need three seconds to give a mail back

/** Runs one of the servers as a process of its own, with these variables and none of ours. */
export function startServer(options: ServerOptions): ServerProcess {
  const { name, env } = options;
  const logFile = path.join(options.logFolder, `${name}.log`);
  const log = openSync(logFile, 'a', 0o600);
  const earlierBytes = fstatSync(log).size;
  const loaders = ['-r', 'ts-node/register/transpile-only', '-r', exitWithParent];
  const child = spawn(process.execPath, [...loaders, path.join(root, `${name}-server/index.ts`)], {
    cwd: root,
    env: { ...basics, ...env },
    detached: true, // Ctrl-C reaches us alone, and we stop everything in order
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
    ended,
    untilReady: () => untilReady(options, ended),
    async stop() {
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(impatience);
    },
  };
}

async function untilReady({ name, env }: ServerOptions, ended: Promise<Error>): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  let isReady = false;
  while (!isReady) {
    if (Date.now() > deadline) throw new Error(`The ${name} server does not become ready.`);
    const outcome = await Promise.race([ended, sleep(50), isAnswering(env.PORT)]);
    if (outcome instanceof Error) throw outcome;
    isReady = outcome === true;
  }
}

async function isAnswering(port = ''): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.ok ?? false;
}

async function lastLines(file: string, fromByte: number): Promise<string> {
  const written = (await readFile(file)).subarray(fromByte).toString();
  return `The end of ${file}:\n${written.trimEnd().split('\n').slice(-40).join('\n')}`;
}
