import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild, type Child, type ChildOptions } from './child';

const readyWithinMs = 30_000;
const pollMs = 5;

export interface Server extends Child {
  port: number;
  /** From its start until it listened, or until its first 2xx. */
  startMs: number;
}

/** Starts a child and waits until it listens on `port` or, given a path, until that returns 2xx. */
export async function startServer(
  options: ChildOptions,
  port: number,
  readyPath?: string,
): Promise<Server> {
  const started = performance.now();
  const env = { ...options.env, PORT: String(port), HOST: '127.0.0.1' };
  const child = await startChild({ ...options, env });
  while (!(await (readyPath === undefined ? isListening(port) : isReady(port, readyPath)))) {
    if (!child.isRunning() || performance.now() - started > readyWithinMs) {
      await child.stop();
      throw new Error(`${options.entry} does not start; its log is ${options.logFile}`);
    }
    await sleep(pollMs);
  }
  return { ...child, port, startMs: performance.now() - started };
}

async function isReady(port: number, path: string): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
  await response?.body?.cancel();
  return response?.ok ?? false;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  const hasConnected = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return hasConnected;
}
