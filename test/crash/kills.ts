import { setTimeout as sleep } from 'node:timers/promises';
import type { Mailbox } from './mailbox';
import { between, pick, type Random } from './random';
import type { Target } from './target';

const patienceMs = 30_000;
const longestPauseMs = 900;

/** Kills one target after the other: half of them at any instant, half right after a 250. */
export async function killAtRandom(
  count: number,
  targets: Target[],
  mailbox: Mailbox,
  random: Random,
): Promise<void> {
  for (let kill = 0; kill < count; kill++) {
    await sleep(between(random, 50, longestPauseMs));
    const [chosen, aims] = [pick(random, targets), random() < 0.5];
    await untilUp(chosen);
    const mail = aims && !chosen.name.startsWith('public') ? await mailbox.next(1000) : undefined;
    const sender = targets.find(({ name }) => name === mail?.sender);
    const target = sender && chosen.name !== 'postgres' ? sender : chosen;
    await untilUp(target);
    await target.kill();
  }
}

async function untilUp(target: Target): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!target.isUp()) {
    if (Date.now() > end) throw new Error(`${target.name} does not come up again`);
    await sleep(20);
  }
}
