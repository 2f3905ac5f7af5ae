import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Knows which connections have no request under way, and closes one of them on demand. */
export function followQuiet(server: Server) {
  const readBefore = new Map<Socket, number>(); // the bytes of each quiet one, quiet for longest first
  const underWay = new WeakMap<Socket, number>();

  function change(socket: Socket, requests: 1 | -1): void {
    const left = (underWay.get(socket) ?? 0) + requests;
    underWay.set(socket, left);
    if (left > 0) readBefore.delete(socket);
    else if (!socket.destroyed) readBefore.set(socket, socket.bytesRead);
  }

  server.on('request', ({ socket }: IncomingMessage, res: ServerResponse) => {
    change(socket, 1);
    res.once('close', () => change(socket, -1));
  });

  /** Once more has arrived, another request has begun, or the rest of a refused one. */
  function isQuiet(socket: Socket): boolean {
    const isSo = readBefore.get(socket) === socket.bytesRead;
    if (!isSo) readBefore.delete(socket);
    return isSo;
  }

  function closeFirst(sockets: Iterable<Socket>): boolean {
    for (const socket of sockets) {
      if (!isQuiet(socket)) continue;
      readBefore.delete(socket);
      socket.destroy();
      return true;
    }
    return false;
  }

  return {
    /** A new connection is quiet until it sends something. */
    enter: (socket: Socket) => void readBefore.set(socket, 0),

    leave: (socket: Socket) => void readBefore.delete(socket),

    /** Closes one of these that has had a response before. Returns false when there is none. */
    closeKeptAlive: (sockets: Set<Socket>): boolean =>
      closeFirst([...sockets].filter((socket) => readBefore.get(socket))),

    /** Closes the one that has been quiet for longest. Returns false when there is none. */
    closeLongest: (): boolean => closeFirst(readBefore.keys()),
  };
}
