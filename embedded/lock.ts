import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { problemWith } from './ports';

interface Lock {
  port: number;
  /** Tells the holder's answer from that of another program on this port. */
  token: string;
}

/**
 * Holds `dataDir` for this process: the folder names a port that one process alone can listen on,
 * and the system takes it back when that process ends in any way.
 */
export async function lockFolder(dataDir: string): Promise<void> {
  const file = path.join(dataDir, 'lock');
  if (!existsSync(file)) await makeLock(file);
  const lock = JSON.parse(await readFile(file, 'utf8')) as Lock;
  const server = createServer((socket) => {
    socket.on('error', () => undefined); // whoever asked has left
    socket.end(`${lock.token} ${process.pid}`);
  });
  try {
    server.listen(lock.port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(await whoHolds(file, lock));
  }
  server.unref();
}

/** Of several that are made at once the first one stays; whoever reads it finds it whole. */
async function makeLock(file: string): Promise<void> {
  const lock: Lock = { port: await standingPort(), token: randomUUID() };
  const draft = `${file}.${lock.token}`;
  await writeFile(draft, JSON.stringify(lock), { mode: 0o600, flush: true });
  await link(draft, file).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  await rm(draft);
}

/** Below the ports that systems hand out by themselves, so that it stays free for the next start. */
async function standingPort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    if ((await problemWith(port)) === undefined) return port;
  }
}

async function whoHolds(file: string, { port, token }: Lock): Promise<string> {
  const folder = path.dirname(file);
  const socket = connect({ port, host: '127.0.0.1', timeout: 1000 });
  socket.on('timeout', () => socket.destroy());
  const [answer, pid = ''] = (await text(socket).catch(() => '')).split(' ');
  if (answer === token) return `${folder} is in use by another start (process ${pid}).`;
  return (
    `${folder} is in use by another start that does not answer, ` +
    `or port ${port} belongs to another program: then remove ${file}.`
  );
}
