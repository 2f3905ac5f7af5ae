import { Socket } from 'node:net';
import { createCircuitBreaker } from '../resilience/circuit-breaker';
import { markConnectFailure } from './is-outage';

const probeMs = 250;

/**
 * Keeps a pool from knocking without pause at a server that lets nobody in. After a failed attempt
 * to connect, one every 250 ms is let through; the others fail at once with the last one's error.
 */
export function createConnectBreaker() {
  const breaker = createCircuitBreaker({ probeMs, onOpen: nothing, onClose: nothing });
  let last: Error | undefined;

  return {
    /** For `stream` of pg, which calls it before anything is sent. */
    openSocket(): Socket {
      if (last && !breaker.allows()) throw last;
      return new Socket();
    },

    recordSuccess(): void {
      last = undefined;
      breaker.recordSuccess();
    },

    recordFailure(error: Error): void {
      if (error === last) return; // no attempt was made
      last = error;
      markConnectFailure(error);
      breaker.recordFailure(error.message);
    },
  };
}

function nothing(): void {
  // the log shows each failed request and check
}
