import type { Knex } from 'knex';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { createDatabase } from '../../../common/database/connect';
import { createLogger } from '../../../common/logger';
import {
  createMailWorker,
  type MailWorker,
  type MailWorkerDeps,
} from '../../../common/mail/worker';
import type { MailConfig } from '../../../common/mail/config';
import { createOutboxRepository } from '../../../common/outbox/repository';
import { createTestDatabase } from '../process/postgres';
import { startSmtp, type TestSmtp } from './server';

export interface OutboxRow {
  id: string;
  lead_id: string;
  kind: string;
  state: string;
  attempts: number;
  unanswered: number | null;
  next_attempt_at: Date;
  locked_until: Date | null;
  last_error: string | null;
  sent_at: Date | null;
  gathered_into: string | null;
  gathered_at: Date | null;
}

export interface DeliveryFixture {
  owner: Knex;
  /** As the internal server's own login. */
  db: Knex;
  /** Of the public server's login. */
  publicUrl: string;
  smtp: TestSmtp;
  /** Starts a worker; `reset` stops it. */
  deliver(settings?: Partial<MailConfig>, deps?: Partial<MailWorkerDeps>): MailWorker;
  rows(leadId?: string): Promise<OutboxRow[]>;
  states(): Promise<string[]>;
  logged(): Record<string, unknown>[];
  stopWorkers(): Promise<void>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

export const mailServer = {
  from: 'intake@lee.example',
  attorneyEmails: ['ann@lee.example', 'bob@lee.example', 'cleo@lee.example'],
};

export const mailSettings: Omit<MailConfig, 'mail'> = {
  firm: {
    name: 'Lee & Partners',
    contact: 'office@lee.example',
    privacyUrl: 'https://lee.example/privacy?a=1&b=2',
    disclaimer: "Writing to us doesn't make us your attorneys.",
    replyTime: 'two working days',
  },
  baseUrl: 'http://desk.example:3001',
  notificationDetail: 'full',
  retryMinSeconds: 30,
  retryMaxSeconds: 21_600,
  giveUpHours: 72,
  ackMaxPerHour: undefined,
  notificationMaxPerHour: undefined,
};

export const pace = {
  pollMs: 20,
  probeMs: 60,
  stopMs: 200,
  connectMs: 1000,
  replyMs: 1000,
  finalReplyMs: 1600,
  sendMs: 3000,
  renewMs: 10_000, // sooner, a busy machine would note "may have arrived" before the reply
};

/** A database of its own and a real mail server, for workers that poll often. */
export async function startDeliveries(): Promise<DeliveryFixture> {
  const database = await createTestDatabase();
  const owner = createDatabase(database.ownerUrl);
  const db = createDatabase(database.internalUrl);
  const smtp = await startSmtp();
  const workers: MailWorker[] = [];
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const stopWorkers = async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  };
  const rows = (leadId?: string) => {
    const all = owner<OutboxRow>('outbox').select().orderBy(['created_at', 'kind', 'id']);
    return leadId === undefined ? all : all.where('lead_id', leadId);
  };

  return {
    owner,
    db,
    publicUrl: database.publicUrl,
    smtp,
    deliver(settings, deps) {
      const worker = createMailWorker({
        outbox: createOutboxRepository(db),
        config: { ...mailSettings, mail: { ...mailServer, smtpUrl: smtp.url }, ...settings },
        log: createLogger('mail', 'trace', destination),
        metrics: new Registry(),
        pace,
        ...deps,
      });
      workers.push(worker);
      worker.start();
      return worker;
    },
    rows,
    states: async () => (await rows()).map(({ kind, state }) => `${kind} ${state}`),
    logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    stopWorkers,
    async reset() {
      await stopWorkers();
      await smtp.stop();
      await smtp.start();
      Object.assign(smtp, { replies: {}, emails: [], connections: 0 });
      lines.length = 0;
      await owner('leads').delete();
    },
    async close() {
      await smtp.stop();
      await Promise.all([db.destroy(), owner.destroy()]);
      await database.drop();
    },
  };
}

/** Waits for something that happens by itself. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 30_000,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`Waited in vain for ${condition.toString()}`);
    await sleep(15);
  }
}
