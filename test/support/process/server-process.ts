import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import path from 'node:path';

const root = path.join(__dirname, '..', '..', '..');

export interface ServerProcess {
  stop(): Promise<void>;
  /** Sends SIGTERM, as a supervisor does. */
  signal(): void;
  /** Settles with the exit code and the signal, whatever ended it. */
  ended: Promise<[number | null, NodeJS.Signals | null]>;
}

/** Starts a server as `npm run start:…` does, with only these variables, and waits until it listens. */
export async function startServer(
  name: 'public' | 'internal',
  env: Record<string, string>,
  entry = `${name}-server/index.ts`,
): Promise<ServerProcess> {
  const args = ['-r', 'ts-node/register/transpile-only', entry];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit') as ServerProcess['ended'];
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('"listening"')) continue;
    child.stdout.resume();
    return { stop, signal: () => child.kill('SIGTERM'), ended };
  }
  throw new Error(`the ${name} server ended before it listened`);
}
