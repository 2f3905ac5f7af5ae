import { createServer, type AddressInfo } from 'node:net';

/** Why nothing of ours can listen on that port; undefined when it can. */
export async function problemWith(port: number): Promise<string | undefined> {
  return listenOnce(port).then(
    () => undefined,
    (error: unknown) => {
      const { code = '' } = error as NodeJS.ErrnoException;
      return code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${code})`;
    },
  );
}

export function freePort(): Promise<number> {
  return listenOnce(0);
}

function listenOnce(port: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const taken = (server.address() as AddressInfo).port;
      server.close(() => {
        resolve(taken);
      });
    });
  });
}
