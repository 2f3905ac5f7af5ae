import { setTimeout as sleep } from 'node:timers/promises';
import type { SeenAnswer } from './responses';
import { attorneyLogin, type OutageSystem } from './system';

const pauseMs = 200;

export interface WorklistWatch {
  seen: SeenAnswer[];
  stop(): Promise<void>;
}

/** An attorney who opens the worklist again and again. */
export function watchWorklist({ internalPort }: Pick<OutageSystem, 'internalPort'>): WorklistWatch {
  const seen: SeenAnswer[] = [];
  const credentials = Buffer.from(`${attorneyLogin.email}:${attorneyLogin.password}`).toString(
    'base64',
  );
  const stopping = new AbortController();

  async function openWorklist(): Promise<void> {
    const from = Date.now();
    const answer = await fetch(`http://127.0.0.1:${internalPort}/leads`, {
      headers: { authorization: `Basic ${credentials}` },
    }).catch(() => undefined);
    await answer?.text();
    const lacksRetryAfter = answer?.status === 503 && !Number(answer.headers.get('retry-after'));
    const lacks = lacksRetryAfter ? 'no Retry-After' : undefined;
    seen.push({ from, to: Date.now(), answer: answer?.status ?? 'nothing', lacks, hasLeft: false });
  }

  const running = (async () => {
    while (!stopping.signal.aborted) {
      await openWorklist();
      await sleep(pauseMs);
    }
  })();

  return {
    seen,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
