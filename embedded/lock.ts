import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';

interface Holder {
  port: number;
  token: string;
  pid: number;
}

/**
 * Holds `dataDir` for this process. The holder answers with its token on a port of its own, so that
 * the lock ends with the process in whatever way that ends, and a process number that was given out
 * again holds nothing.
 */
export async function lockFolder(dataDir: string): Promise<void> {
  const file = path.join(dataDir, 'lock');
  const other = await findHolder(file);
  if (other) throw new Error(`${dataDir} is in use by another start (process ${other.pid}).`);

  const token = randomUUID();
  const server = createServer((socket) => {
    socket.on('error', () => undefined); // whoever asked has left
    socket.end(token);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const { port } = server.address() as AddressInfo;
  await writeFile(`${file}.${token}`, JSON.stringify({ port, token, pid: process.pid }));
  await rename(`${file}.${token}`, file);
}

async function findHolder(file: string): Promise<Holder | undefined> {
  const holder = await readHolder(file).catch(() => undefined); // none, or cut short by a crash
  if (!holder) return undefined;
  const socket = connect({ port: holder.port, host: '127.0.0.1', timeout: 1000 });
  socket.on('timeout', () => socket.destroy());
  const answer = await text(socket).catch(() => '');
  return answer === holder.token ? holder : undefined;
}

async function readHolder(file: string): Promise<Holder> {
  return JSON.parse(await readFile(file, 'utf8')) as Holder;
}
