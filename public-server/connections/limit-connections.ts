import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '../../common/http/client-network';
import { followQuiet } from './quiet-connections';

export interface ConnectionLimits {
  /** All that are open at once. */
  max: number;
  /** Those of one network. */
  perNetworkMax: number;
}

type Refused = (limit: 'network' | 'all') => void;

/**
 * Closes connections above the limits at once, before anything of them is read. A network that has
 * reached its limit gets a new one in place of one that it keeps alive between two requests:
 * otherwise four browsers behind one address would lock out a fifth. When all are taken, one that
 * has been quiet for longest makes room.
 */
export function limitConnections(server: Server, limits: ConnectionLimits, refused: Refused): void {
  const networks = new Map<string, Set<Socket>>();
  const quiet = followQuiet(server);
  let open = 0;

  function enter(socket: Socket, network: string, mine: Set<Socket>): void {
    open++;
    networks.set(network, mine.add(socket));
    quiet.enter(socket);
    socket.once('close', () => {
      open--;
      quiet.leave(socket);
      mine.delete(socket);
      if (mine.size === 0) networks.delete(network);
    });
  }

  server.maxConnections = Infinity; // Node would close the new one, whatever the others do
  server.prependListener('connection', (socket: Socket) => {
    const network = networkOf(socket.remoteAddress ?? '');
    if (network === undefined) return socket.destroy(); // it has already gone
    const mine = networks.get(network) ?? new Set<Socket>();
    if (mine.size >= limits.perNetworkMax && !quiet.closeKeptAlive(mine)) refuse('network');
    else if (open >= limits.max && !quiet.closeLongest()) refuse('all');
    else enter(socket, network, mine);

    function refuse(limit: 'network' | 'all') {
      socket.destroy();
      refused(limit);
    }
  });
}
