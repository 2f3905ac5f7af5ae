import { setTimeout as sleep } from 'node:timers/promises';
import type { SeenAnswer } from './responses';
import { deskLogin, type OutageSystem } from './system';

const pauseMs = 200;

export interface DeskWatch {
  seen: SeenAnswer[];
  stop(): Promise<void>;
}

/** An attorney who looks at the worklist again and again. */
export function watchDesk({ internalPort }: Pick<OutageSystem, 'internalPort'>): DeskWatch {
  const seen: SeenAnswer[] = [];
  const credentials = Buffer.from(`${deskLogin.email}:${deskLogin.password}`).toString('base64');
  const stopping = new AbortController();

  async function look(): Promise<void> {
    const from = Date.now();
    const told = await fetch(`http://127.0.0.1:${internalPort}/leads`, {
      headers: { authorization: `Basic ${credentials}` },
    }).catch(() => undefined);
    await told?.text();
    const isDishonest = told?.status === 503 && !Number(told.headers.get('retry-after'));
    const lacks = isDishonest ? 'no Retry-After' : undefined;
    seen.push({ from, to: Date.now(), answer: told?.status ?? 'nothing', lacks, hasLeft: false });
  }

  const running = (async () => {
    while (!stopping.signal.aborted) {
      await look();
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
