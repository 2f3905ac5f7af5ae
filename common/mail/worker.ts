import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import type { Logger } from '../logger';
import type { ClaimedEmail, OutboxRepository } from '../outbox/repository';
import { createDeliver, type DeliverDeps } from './deliver';
import { createCircuitBreaker } from '../resilience/circuit-breaker';
import { createClaimedBatch } from './claimed-batch';
import type { DeliveryStatus } from './delivery-status';
import { mailMetrics } from './metrics';
import type { MailServerConfig, MailConfig } from './config';
import { createSmtpSender, type SmtpSender } from './smtp';

export interface MailWorker {
  start(): void;
  /** Gives the mails in hand three seconds to finish, and then breaks them off. */
  stop(): Promise<void>;
  status(): DeliveryStatus;
}

export interface MailWorkerDeps {
  outbox: DeliverDeps['outbox'] & Pick<OutboxRepository, 'claim'>;
  config: MailConfig;
  log: Logger;
  metrics: Registry;
  random?: () => number;
  pace?: Partial<typeof usualPace>;
}

const usualPace = {
  loops: 2,
  /** Mails claimed together; all of them may come twice when the record of them is lost. */
  atOnce: 16,
  pollMs: 1000,
  probeMs: 5000,
  stopMs: 3000,
  connectMs: 10_000,
  answerMs: 20_000,
  sendMs: 25_000,
  /** After its claim; with `sendMs` and the record less than the lease of 30 s. */
  beginMs: 3000,
};

/** Sends what waits in the outbox. Several may run on the same database. */
export function createMailWorker({ config, ...deps }: MailWorkerDeps): MailWorker {
  const { mail } = config;
  if (mail) return deliverTo(mail, { config, ...deps });
  const since = new Date();
  const status = (): DeliveryStatus => ({ state: 'NO_SERVER', since });
  mailMetrics(deps.metrics, status);
  return { start: () => undefined, stop: () => Promise.resolve(), status };
}

function deliverTo(mail: MailServerConfig, deps: MailWorkerDeps): MailWorker {
  const { outbox, log, random = Math.random } = deps;
  const config = { ...deps.config, mail };
  const pace = { ...usualPace, ...deps.pace };
  const circuit = createCircuitBreaker({
    probeMs: pace.probeMs,
    onOpen: (_reason, trouble) => {
      log.error(trouble, 'mail delivery is paused');
    },
    onClose: () => {
      log.info('mail delivery goes on');
    },
  });
  const status = (): DeliveryStatus => {
    const { isOpen, ...state } = circuit.state();
    return { state: isOpen ? 'PAUSED' : 'RUNNING', ...state };
  };
  const count = mailMetrics(deps.metrics, status);
  const courier = createDeliver({ outbox, config, log, random, count });
  const hand = createClaimedBatch(outbox, pace.beginMs);
  const senders = Array.from({ length: pace.loops }, () => createSmtpSender(mail.smtpUrl, pace));
  const stopping = new AbortController();
  let loops: Promise<void>[] = [];

  async function loop(sender: SmtpSender): Promise<void> {
    while (!stopping.signal.aborted) {
      const pauseMs = await turn(sender).catch((error: unknown) => {
        log.error({ err: error }, 'mail delivery failed');
        return pace.probeMs;
      });
      if (pauseMs === 0) continue;
      sender.rest();
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    sender.rest();
    await tidyUp().catch((error: unknown) => {
      log.error({ err: error }, 'mail delivery failed');
    });
  }

  async function tidyUp(): Promise<void> {
    try {
      await hand.putBack();
    } finally {
      await courier.settled();
    }
  }

  /** A killed server must not have more mails unrecorded than were claimed at once. */
  async function claim(): Promise<ClaimedEmail[]> {
    await courier.settled();
    const atMost = circuit.state().isOpen ? 1 : pace.atOnce;
    return outbox.claim(atMost, config.ackMaxPerHour);
  }

  /** Deals with one mail at most, and answers how long to pause. */
  async function turn(sender: SmtpSender): Promise<number> {
    if (!circuit.allows()) return pace.pollMs;
    const claimed = await hand.next(claim);
    if (!claimed && !circuit.state().isOpen) return pace.pollMs;
    const verdict = claimed ? await courier.deliver(claimed, sender) : await sender.check();
    if (!verdict) return 0;
    if (verdict.kind !== 'UNAVAILABLE') circuit.recordSuccess();
    else if (!stopping.signal.aborted) {
      const { phase, code } = verdict;
      circuit.recordFailure(`${phase} ${code}`, { phase, code }); // when stopping, it was us
      await hand.putBack();
    }
    return claimed ? 0 : pace.pollMs;
  }

  return {
    start() {
      loops = senders.map(loop);
    },

    async stop() {
      stopping.abort();
      const abort = setTimeout(() => {
        for (const sender of senders) sender.abort();
      }, pace.stopMs);
      await Promise.all(loops);
      clearTimeout(abort);
    },

    status,
  };
}
