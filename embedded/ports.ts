import { createServer, type AddressInfo } from 'node:net';

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

export function freePort(): Promise<number> {
  return listenOnce(0, '127.0.0.1');
}

function listenOnce(port: number, host: string): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const taken = (server.address() as AddressInfo).port;
      server.close(() => {
        resolve(taken);
      });
    });
  });
}
