import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { freePort } from '../../../embedded/ports';

const host = '127.0.0.1';

export interface TestRedis {
  url: string;
  password: string;
  /** A client for looking into it from outside. */
  look: Redis;
  /** From now on it accepts connections and never responds. */
  freeze: () => void;
  thaw: () => void;
  /** Kills it, as an outage does; `start` brings it back. */
  stop: () => Promise<void>;
  start: () => Promise<void>;
  close: () => Promise<void>;
}

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** Skips the block's tests without Redis, or fails if REQUIRE_REDIS is 1. */
export function needsRedis(): void {
  before(function () {
    if (hasRedis) return;
    if (process.env.REQUIRE_REDIS === '1') throw new Error('there is no redis-server on the PATH');
    console.log('      skipped: there is no redis-server on the PATH');
    this.skip();
  });
}

/** A Redis of its own on loopback, in a temporary folder, that saves nothing. */
export async function startRedis(): Promise<TestRedis> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lead-intake-redis-'));
  const port = await freePort();
  const password = 'redis-secret-1';
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    server = spawn('redis-server', [
      ...['--bind', host, '--port', `${port}`, '--dir', folder],
      ...['--save', '', '--appendonly', 'no', '--requirepass', password],
    ]);
    for await (const line of createInterface({ input: server.stdout! })) {
      if (!line.includes('Ready to accept connections')) continue;
      server.stdout!.resume();
      return;
    }
    throw new Error('Redis ended before it was ready');
  }

  async function stop(): Promise<void> {
    if (server?.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL'); // a frozen process receives no other signal
    await once(server, 'exit');
  }

  await start();
  const url = `redis://:${password}@${host}:${port}`;
  const look = new Redis(url, { lazyConnect: true });
  look.on('error', () => undefined);
  return {
    url,
    password,
    look,
    freeze: () => server?.kill('SIGSTOP'),
    thaw: () => server?.kill('SIGCONT'),
    start,
    stop,
    async close() {
      look.disconnect();
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}
