import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Why nothing of ours can listen on that port; undefined when it can. */
export async function problemWith(port: number): Promise<string | undefined> {
  try {
    await listenOnce(port, '127.0.0.1');
    // A browser that is sent to localhost tries ::1 as well, and would show what listens there.
    await listenOnce(port, '::1').catch(unlessAbsent);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${code})`;
  }
}

/** A machine without IPv6 has no such address. */
function unlessAbsent(error: unknown): void {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (!['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(code)) throw error;
}

/** Outside the range that systems hand out by themselves: it stays free until it is used. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(20_000, 32_000);
    if ((await problemWith(port)) === undefined) return port;
  }
  throw new Error('Found no free port between 20000 and 32000');
}

function listenOnce(port: number, host: string): Promise<void> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.close(() => {
        resolve();
      });
    });
  });
}
