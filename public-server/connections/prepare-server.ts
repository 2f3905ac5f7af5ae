import type { Server } from 'node:http';
import { Counter, type Registry } from 'prom-client';
import type { Logger } from '../../common/logger';
import type { PublicConfig } from '../config';
import { limitConnections } from './limit-connections';

const logEveryMs = 60_000;

interface Deps {
  config: Pick<PublicConfig, 'connections' | 'trustedProxyHops'>;
  log: Logger;
  metrics: Registry;
}

/** Sets up what the public server's HTTP server refuses before the app sees a request. */
export function prepareServer(server: Server, { config, log, metrics }: Deps): void {
  const { max, perNetworkMax } = config.connections;
  const isBehindProxy = config.trustedProxyHops > 0;
  const limits = { max, perNetworkMax: isBehindProxy ? Infinity : perNetworkMax };
  limitConnections(server, limits, reportRefusals(log, metrics));

  // The app asks for the body, by `100 Continue`, when it begins to read it.
  server.on('checkContinue', (req, res) => server.emit('request', req, res));
}

function reportRefusals(log: Logger, metrics: Registry) {
  const refusals = new Counter({
    name: 'connections_refused_total',
    help: 'Connections closed at once, by the limit that they were above',
    labelNames: ['limit'],
    registers: [metrics],
  });
  let loggedAt = -Infinity;
  return (limit: 'network' | 'all') => {
    refusals.inc({ limit });
    if (performance.now() - loggedAt < logEveryMs) return;
    loggedAt = performance.now();
    log.warn({ limit }, 'connections are refused');
  };
}
