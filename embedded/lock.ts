import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort } from './ports';

interface Lock {
  port: number;
  /** Identifies the holder; another program on this port does not send it. */
  token: string;
}

/**
 * Locks `dataDir` for this process. The folder names a port that only one process can listen on, and
 * the operating system frees the port when that process ends in any way.
 */
export async function lockFolder(dataDir: string): Promise<void> {
  const file = path.join(dataDir, 'lock');
  if (!existsSync(file)) await createLock(file);
  const lock = await readLock(file);
  const server = createServer((socket) => {
    socket.on('error', () => undefined); // the client has disconnected
    socket.end(`${lock.token} ${process.pid}`);
  });
  try {
    server.listen(lock.port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(await holderMessage(file, lock));
  }
  server.unref();
}

async function readLock(file: string): Promise<Lock> {
  const content = await readFile(file, 'utf8');
  try {
    return JSON.parse(content) as Lock;
  } catch {
    throw new Error(`${file} is damaged. If no other start uses this folder, remove that file.`);
  }
}

/** Of several created at once, the first stays. A reader always finds a complete file. */
async function createLock(file: string): Promise<void> {
  const lock: Lock = { port: await freePort(), token: randomUUID() };
  const draft = `${file}.${lock.token}`;
  await writeFile(draft, JSON.stringify(lock), { mode: 0o600, flush: true });
  await link(draft, file).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  await rm(draft);
}

async function holderMessage(file: string, { port, token }: Lock): Promise<string> {
  const folder = path.dirname(file);
  const socket = connect({ port, host: '127.0.0.1', timeout: 3000 });
  socket.on('timeout', () => socket.destroy());
  const [received, pid = ''] = (await text(socket).catch(() => '')).split(' ');
  if (received === token) return `${folder} is in use by another start (process ${pid}).`;
  return (
    `${folder} is in use by another start that does not respond, ` +
    `or port ${port} belongs to another program: in that case, remove ${file}.`
  );
}
