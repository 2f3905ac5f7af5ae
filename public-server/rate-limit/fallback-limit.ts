import type { Logger } from '../../common/logger';
import type { Limit } from './limit';

const pauseMs = 1000;

/** Whether the shared counts answer. All limits that need them look at one. */
export interface Availability {
  isWorthAsking(): boolean;
  answered(): void;
  failed(error: unknown): void;
}

/** While they fail, they are asked once a second, by one request. Each change is logged once. */
export function createAvailability(log: Logger): Availability {
  let isAway = false;
  let nextTryAt = 0;
  return {
    isWorthAsking() {
      if (!isAway) return true;
      if (performance.now() < nextTryAt) return false;
      nextTryAt = performance.now() + pauseMs;
      return true;
    },
    answered() {
      if (isAway) log.warn('Redis answers again: rate limits are shared');
      isAway = false;
    },
    failed(error) {
      nextTryAt = performance.now() + pauseMs;
      if (!isAway) log.warn({ err: error }, 'Redis does not answer: each server limits alone');
      isAway = true;
    },
  };
}

/** The shared limit; while it does not answer, the local one. */
export function withFallback(shared: Limit, local: Limit, availability: Availability): Limit {
  async function ask<Answer>(question: (limit: Limit) => Promise<Answer>): Promise<Answer> {
    if (!availability.isWorthAsking()) return question(local);
    try {
      const answer = await question(shared);
      availability.answered();
      return answer;
    } catch (error) {
      availability.failed(error);
      return question(local);
    }
  }
  return {
    admits: (id) => ask((limit) => limit.admits(id)),
    msUntilFree: (id) => ask((limit) => limit.msUntilFree(id)),
  };
}
