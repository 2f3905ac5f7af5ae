import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A connection between a browser and the server that can be cut. */
export interface Cable {
  port: number;
  /** Lets this many more bytes through to the server, then cuts until `mend`. */
  cutAfter(bytes: number): void;
  /** Cuts at the server's next response, which is lost. */
  cutAtAnswer(): void;
  /** Resolves when it is cut. */
  cut: () => Promise<void>;
  mend(): void;
  close(): Promise<void>;
}

export async function layCable(toPort: number): Promise<Cable> {
  const sockets = new Set<Socket>();
  let bytesLeft = Infinity;
  let isAnswerLost = false;
  let isCut = false;
  let tellCut: () => void = () => undefined;

  function cutNow(): void {
    isCut = true;
    for (const socket of sockets) socket.destroy();
    tellCut();
  }

  const server = createServer((down) => {
    if (isCut) {
      down.destroy();
      return;
    }
    const up = connect(toPort, '127.0.0.1');
    for (const [socket, other] of [
      [down, up],
      [up, down],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    down.on('data', (chunk: Buffer) => {
      bytesLeft -= chunk.length;
      if (bytesLeft < 0) cutNow();
    });
    up.on('data', () => {
      if (isAnswerLost) cutNow();
    });
    down.pipe(up);
    up.pipe(down);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    cutAfter: (bytes) => {
      bytesLeft = bytes;
    },
    cutAtAnswer: () => {
      isAnswerLost = true;
    },
    cut: () =>
      new Promise((resolve) => {
        tellCut = resolve;
        if (isCut) resolve();
      }),
    mend: () => {
      [bytesLeft, isAnswerLost, isCut] = [Infinity, false, false];
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
