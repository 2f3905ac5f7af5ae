import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import path from 'node:path';

const dist = path.join(__dirname, '../..');
const exitWithParent = path.join(dist, 'embedded/exit-with-parent.js');
const graceMs = 10_000;

export interface Child {
  pid: number;
  isRunning(): boolean;
  /** Sends a question and waits for the answer; one at a time. */
  ask(question: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

export interface ChildOptions {
  /** Below `dist/`. */
  entry: string;
  env?: Record<string, string>;
  logFile: string;
}

/** Runs compiled code as a process of its own, which ends with us however we end. */
export async function startChild({ entry, env, logFile }: ChildOptions): Promise<Child> {
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(process.execPath, ['-r', exitWithParent, path.join(dist, entry)], {
    cwd: dist,
    env: { PATH: process.env.PATH, TMPDIR: path.dirname(logFile), ...env },
    detached: true, // Ctrl-C reaches us alone, and we stop everything in order
    stdio: ['ignore', log, log, 'ipc'],
    serialization: 'advanced',
  });
  await once(child, 'spawn');
  const ended = once(child, 'exit');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${entry} has no process`);
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return {
    pid,
    isRunning,
    ask: (question) => ask(child, question, `${entry} ended; its log is ${logFile}`),
    async stop() {
      if (!isRunning()) return;
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(impatience);
    },
  };
}

function ask(child: ChildProcess, question: unknown, ifEnded: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = () => {
      reject(new Error(ifEnded));
    };
    child.once('exit', onExit);
    child.once('message', (answer) => {
      child.off('exit', onExit);
      resolve(answer);
    });
    child.send(question as object, (error) => {
      if (error) reject(error);
    });
  });
}

/** The other end: answers each question that this process is asked. */
export function answerWith(answer: (question: never) => unknown): void {
  process.channel?.ref(); // the exitWithParent lets go of it
  process.on('message', (question) => {
    void Promise.resolve(answer(question as never)).then((result) => process.send?.(result));
  });
}
