import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Returns why the port cannot be listened on; undefined when it can. */
export async function problemWith(port: number): Promise<string | undefined> {
  try {
    await listenOnce(port, '127.0.0.1');
    // For localhost, a browser also tries ::1, and would show whatever listens there.
    await listenOnce(port, '::1').catch(unlessAbsent);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${code})`;
  }
}

/** A machine without IPv6 does not have ::1. */
function unlessAbsent(error: unknown): void {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (!['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(code)) throw error;
}

/** Returns a port outside the ephemeral range, so that it stays free until it is used. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(20_000, 32_000);
    if ((await problemWith(port)) === undefined) return port;
  }
  throw new Error('There is no free port between 20000 and 32000');
}

function listenOnce(port: number, host: string): Promise<void> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.close(() => resolve());
    });
  });
}
