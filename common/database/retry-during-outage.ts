import { retry } from '../resilience/retry';
import { isOutage } from './is-outage';

const retryForMs = 10_000;
const pauseMs = 250;

/**
 * Retries for up to 10 s while the database is unavailable, or had to end a deadlock. For what another
 * attempt later makes good: a claim that is not released ends by itself.
 */
export function retryDuringOutage(work: () => Promise<void>): Promise<void> {
  return retry(work, {
    until: performance.now() + retryForMs,
    isTransient: isOutage,
    pauseMs: () => pauseMs,
  });
}
