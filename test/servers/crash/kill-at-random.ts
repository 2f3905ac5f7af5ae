import { once, type EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { between, pick, type Random } from './random';
import type { Target } from './targets/target';

const timeoutMs = 30_000;
const longestPauseMs = 900;
const submissionMs = 30; // about as long as a server takes for one

interface Work {
  load: { events: EventEmitter };
  mailbox: { events: EventEmitter };
}

/**
 * Kills one target after the other: half of the time at any instant, half of the time at work, which
 * is during a submission or right after a 250.
 */
export async function killAtRandom(
  count: number,
  targets: Target[],
  { load, mailbox }: Work,
  random: Random,
): Promise<void> {
  for (let kill = 0; kill < count; kill++) {
    await sleep(between(random, 50, longestPauseMs));
    const [chosen, isAimed, coin, delayMs] = [pick(random, targets), random(), random(), random()];
    await untilUp(chosen);
    let target = chosen;
    if (isAimed < 0.5) {
      const isPublic = chosen.name === 'postgres' ? coin < 0.5 : chosen.name.startsWith('public');
      const name = await nextAtWork(isPublic ? load.events : mailbox.events);
      if (isPublic) await sleep(delayMs * submissionMs);
      const worker = targets.find((each) => each.name === name && each.isUp());
      if (worker && chosen.name !== 'postgres') target = worker;
    }
    await target.kill();
  }
}

function nextAtWork(events: EventEmitter): Promise<string | undefined> {
  const next = once(events, 'work') as Promise<[string]>;
  return Promise.race([next.then(([name]) => name), sleep(1000, undefined)]);
}

async function untilUp(target: Target): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!target.isUp()) {
    if (Date.now() > end) throw new Error(`${target.name} does not come up again`);
    await sleep(20);
  }
}
