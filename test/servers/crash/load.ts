import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { between, pick, type Random } from './random';
import { aSubmission, send, type Answer, type Submission } from './submission';

const clients = 4;
const chance = { doubleClick: 0.1, leaves: 0.03, givesUp: 0.25 };

/** What one prospect sent and was told. */
export interface ClientEntry {
  submission: Submission;
  answers: Answer[];
}

export interface Load {
  entries: ClientEntry[];
  /** Emits `work` with the name of a server whenever something is sent to it. */
  events: EventEmitter;
  /** Waits until every client has succeeded or given up. */
  stop(): Promise<void>;
}

export function isSuccess(answer: Answer): boolean {
  return answer === 201 || answer === 303;
}

/** A few prospects at a time, who repeat their submission after a failure until they give up. */
export function startLoad(
  ports: Map<string, number>,
  random: Random,
  sendTo: typeof send = send,
): Load {
  const entries: ClientEntry[] = [];
  const events = new EventEmitter();
  let isStopping = false;

  async function client(): Promise<void> {
    while (!isStopping) {
      const entry: ClientEntry = { submission: aSubmission(entries.length), answers: [] };
      entries.push(entry);
      await sendUntilTold(entry);
      await sleep(between(random, 0, 250));
    }
  }

  async function sendUntilTold({ submission, answers }: ClientEntry): Promise<void> {
    for (;;) {
      const clicks = random() < chance.doubleClick ? 2 : 1;
      const sent = Array.from({ length: clicks }, () => sendOnce(submission));
      answers.push(...(await Promise.all(sent)));
      if (answers.some(isSuccess)) return;
      if (random() < chance.givesUp) return;
      await sleep(between(random, 100, 800));
    }
  }

  function sendOnce(submission: Submission): Promise<Answer> {
    const [server, port] = pick(random, [...ports]);
    events.emit('work', server);
    if (random() >= chance.leaves) return sendTo(port, submission);
    return sendTo(port, submission, AbortSignal.timeout(between(random, 0, 40)));
  }

  const running = Array.from({ length: clients }, client);
  return {
    entries,
    events,
    async stop() {
      isStopping = true;
      await Promise.all(running);
    },
  };
}
