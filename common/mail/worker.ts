import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import type { Logger } from '../logger';
import type { OutboxRepository } from '../outbox/repository';
import { isOutage } from '../database/is-outage';
import { createCircuitBreaker, type CircuitState } from '../resilience/circuit-breaker';
import { retry } from '../resilience/retry';
import { createClaimedBatch } from './claimed-batch';
import type { MailServerConfig, MailConfig } from './config';
import { createDeliver, type DeliverDeps } from './deliver';
import { toDeliveryStatus, type DeliveryStatus } from './delivery-status';
import { createMailMetrics } from './metrics';
import { createSmtpSender, type SmtpSender } from './smtp';
import { nameOfServer, readSmtpUrl } from './smtp-server';

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
  /** With those that take over while all others wait for slow replies. */
  maxLoops: 4,
  slowMs: 5000,
  batchSize: 16,
  pollMs: 1000,
  probeMs: 5000,
  stopMs: 3000,
  /** How long an outcome is kept that cannot be recorded once the process is asked to stop. */
  persistMs: 10_000,
  persistPauseMs: 250,
  connectMs: 10_000,
  replyMs: 300_000,
  finalReplyMs: 600_000,
  sendMs: 1_800_000,
  /** Together with `renewMs` less than the lease of 30 s. */
  beginMs: 5000,
  renewMs: 10_000,
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
  return { start: () => undefined, stop: () => Promise.resolve(), status, tryNow: () => false };
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
  const server = nameOfServer(readSmtpUrl(mail.smtpUrl).connection);
  const status = () => toDeliveryStatus(circuit.state(), server);
  const count = createMailMetrics(deps.metrics, status);
  const stopping = new AbortController();
  const deliver = createDeliver({ ...deps, config, random, count, persist, renewMs: pace.renewMs });
  const batch = createClaimedBatch({
    claim: () =>
      outbox.claim(circuit.state().isOpen ? 1 : pace.batchSize, {
        acknowledgements: config.ackMaxPerHour,
        notifications: config.notificationMaxPerHour,
      }),
    release: (emails) => outbox.release(emails),
    beginMs: pace.beginMs,
  });
  const senders = Array.from({ length: pace.maxLoops }, () => createSmtpSender(mail.smtpUrl, pace));
  /** When each loop began the email that it is sending. */
  const begun: (number | undefined)[] = [];
  let loops: Promise<void>[] = [];
  let persistUntil = Infinity;

  /** Keeps an outcome while the database is unavailable: without it the email would be sent again. */
  async function persist(record: () => Promise<unknown>): Promise<void> {
    await retry(record, {
      until: Infinity,
      isTransient: (error) => isOutage(error) && performance.now() < persistUntil,
      pauseMs: () => pace.persistPauseMs,
    });
  }

  function logFailure(error: unknown): void {
    log.error({ err: error }, 'email delivery failed');
  }

  async function loop(sender: SmtpSender, index: number): Promise<void> {
    while (!stopping.signal.aborted) {
      const pauseMs = await turn(sender, index).catch((error: unknown) => {
        logFailure(error);
        return pace.probeMs;
      });
      begun[index] = undefined;
      if (pauseMs === 0) continue;
      sender.quit();
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    sender.quit();
    await batch.release().catch(logFailure);
  }

  /** Whether this loop is one of the regular ones, or all before it are waiting for slow replies. */
  function isNeeded(index: number): boolean {
    const slowSince = performance.now() - pace.slowMs;
    const isSlow = (at: number | undefined) => at !== undefined && at < slowSince;
    return index < pace.loops || senders.slice(0, index).every((_, i) => isSlow(begun[i]));
  }

  /** Sends one email if one is due, and returns how long to pause. */
  async function turn(sender: SmtpSender, index: number): Promise<number> {
    if (!isNeeded(index) || !circuit.allows()) return pace.pollMs;
    const email = await batch.next();
    if (!email && !canCheck(circuit.state())) return pace.pollMs;
    begun[index] = performance.now();
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
      persistUntil = performance.now() + pace.persistMs;
      const abort = setTimeout(() => {
        for (const sender of senders) sender.abort();
      }, pace.stopMs);
      await Promise.all(loops);
      clearTimeout(abort);
    },

    status,

    /** Lets a paused delivery be tried at once. Returns false if it is not paused. */
    tryNow: () => circuit.tryNow(),
  };
}

/** Whether connecting and signing in is all that failed; the rest shows with an email only. */
function canCheck(circuit: CircuitState): boolean {
  return circuit.isOpen && /^(CONNECT|AUTH) /.test(circuit.reason);
}
