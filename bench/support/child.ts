import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import path from 'node:path';

const dist = path.join(__dirname, '../..');
const exitWithParent = path.join(dist, 'embedded/servers/exit-with-parent.js');
const graceMs = 10_000;

export interface Child {
  pid: number;
  isRunning(): boolean;
  /** Sends a message and returns the reply. One at a time. */
  request(message: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

export interface ChildOptions {
  /** Below `dist/`. */
  entry: string;
  nodeFlags?: readonly string[];
  env?: Record<string, string>;
  logFile: string;
}

/** Runs compiled code in a child process, which ends with this one however it ends. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { entry, nodeFlags = [], env, logFile } = options;
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(
    process.execPath,
    [...nodeFlags, '-r', exitWithParent, path.join(dist, entry)],
    {
      cwd: dist,
      env: { PATH: process.env.PATH, TMPDIR: path.dirname(logFile), ...env },
      detached: true, // Ctrl-C reaches the benchmark alone, which stops everything in order
      stdio: ['ignore', log, log, 'ipc'],
      serialization: 'advanced',
    },
  );
  await once(child, 'spawn');
  const ended = once(child, 'exit');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${entry} has no process`);
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return {
    pid,
    isRunning,
    request: (message) => request(child, message, `${entry} ended; its log is ${logFile}`),
    async stop() {
      if (!isRunning()) return;
      child.kill('SIGTERM');
      const killTimer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(killTimer);
    },
  };
}

function request(child: ChildProcess, message: unknown, ifEnded: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = () => {
      reject(new Error(ifEnded));
    };
    child.once('exit', onExit);
    child.once('message', (reply) => {
      child.off('exit', onExit);
      resolve(reply);
    });
    child.send(message as object, (error) => {
      if (error) reject(error);
    });
  });
}

/** In the child: replies to each message of `request` with what `handle` returns. */
export function onRequest(handle: (message: never) => unknown): void {
  process.channel?.ref(); // exit-with-parent has unreferenced it
  process.on('message', (message) => {
    void Promise.resolve(handle(message as never)).then((reply) => process.send?.(reply));
  });
}
