import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import type { Logger } from '../logger';
import type { OutboxRepository } from '../outbox/repository';
import { createCircuitBreaker } from '../resilience/circuit-breaker';
import { createClaimedBatch } from './claimed-batch';
import type { MailServerConfig, MailConfig } from './config';
import { createDeliver, type DeliverDeps } from './deliver';
import { toDeliveryStatus, type DeliveryStatus } from './delivery-status';
import { createMailMetrics } from './metrics';
import { createSmtpSender, type SmtpSender } from './smtp';

export type MailWorker = ReturnType<typeof createMailWorker>;

export interface MailWorkerDeps {
  outbox: DeliverDeps['outbox'] & Pick<OutboxRepository, 'claim'>;
  config: MailConfig;
  log: Logger;
  metrics: Registry;
  random?: () => number;
  pace?: Partial<typeof defaultPace>;
}

const defaultPace = {
  /** Each sends one email at a time, over a connection of its own. */
  loops: 2,
  batchSize: 16,
  pollMs: 1000,
  probeMs: 5000,
  stopMs: 3000,
  connectMs: 10_000,
  replyMs: 20_000,
  sendMs: 25_000,
  /** Together with `sendMs` and the record of the outcome less than the lease of 30 s. */
  beginMs: 3000,
};

/** Returns a worker that sends the queued emails. Several may run on one database. */
export function createMailWorker({ config, ...deps }: MailWorkerDeps) {
  const { mail } = config;
  return mail ? createSendingWorker(mail, { config, ...deps }) : createIdleWorker(deps.metrics);
}

function createIdleWorker(metrics: Registry) {
  const since = new Date();
  const status = (): DeliveryStatus => ({ state: 'NO_SERVER', since });
  createMailMetrics(metrics, status);
  return { start: () => undefined, stop: () => Promise.resolve(), status };
}

function createSendingWorker(mail: MailServerConfig, deps: MailWorkerDeps) {
  const { outbox, log, random = Math.random } = deps;
  const config = { ...deps.config, mail };
  const pace = { ...defaultPace, ...deps.pace };
  const circuit = createCircuitBreaker({
    probeMs: pace.probeMs,
    onOpen: (_reason, failure) => log.error(failure, 'email delivery paused'),
    onClose: () => log.info('email delivery resumed'),
  });
  const status = () => toDeliveryStatus(circuit.state());
  const count = createMailMetrics(deps.metrics, status);
  const deliver = createDeliver({ outbox, config, log, random, count });
  const batch = createClaimedBatch({
    claim: () => outbox.claim(circuit.state().isOpen ? 1 : pace.batchSize, config.ackMaxPerHour),
    release: (emails) => outbox.release(emails),
    beginMs: pace.beginMs,
  });
  const senders = Array.from({ length: pace.loops }, () => createSmtpSender(mail.smtpUrl, pace));
  const stopping = new AbortController();
  let loops: Promise<void>[] = [];

  function logFailure(error: unknown): void {
    log.error({ err: error }, 'email delivery failed');
  }

  async function loop(sender: SmtpSender): Promise<void> {
    while (!stopping.signal.aborted) {
      const pauseMs = await turn(sender).catch((error: unknown) => {
        logFailure(error);
        return pace.probeMs;
      });
      if (pauseMs === 0) continue;
      sender.quit();
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    sender.quit();
    await batch.release().catch(logFailure);
  }

  /** Sends one email if one is due, and returns how long to pause. */
  async function turn(sender: SmtpSender): Promise<number> {
    if (!circuit.allows()) return pace.pollMs;
    const email = await batch.next();
    if (!email && !circuit.state().isOpen) return pace.pollMs;
    const outcome = email ? await deliver(email, sender) : await sender.check();
    if (!outcome) return 0;
    if (outcome.kind !== 'UNAVAILABLE') circuit.recordSuccess();
    else if (!stopping.signal.aborted) {
      // Otherwise it was us who broke it off.
      const { phase, code } = outcome;
      circuit.recordFailure(`${phase} ${code}`, { phase, code });
      await batch.release();
    }
    return email ? 0 : pace.pollMs;
  }

  return {
    start() {
      loops = senders.map(loop);
    },

    /** Gives the emails that are being sent three seconds to finish, then breaks them off. */
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
