import { Registry } from 'prom-client';
import { createAccountRepository } from '../common/accounts/repository';
import { createAuditRepository } from '../common/audit/repository';
import { createDatabase } from '../common/database/connect';
import { createBacklogReader } from '../common/metrics/overview/backlog';
import { listen } from '../common/http/listen';
import type { Running } from '../common/http/run-server';
import { createLeadRepository } from '../common/leads/repository';
import { createLogger } from '../common/logger';
import { createMailWorker } from '../common/mail/worker';
import { serveMetrics } from '../common/metrics/serve';
import { createNoteRepository } from '../common/leads/notes';
import { createOutboxRepository, type OutboxRepository } from '../common/outbox/repository';
import { createOverview } from '../common/metrics/overview/overview';
import { openResumeStore } from '../common/resumes/open-store';
import { checkLoginAtStart } from '../common/database/privileges/check-at-start';
import { createSweepRepository } from '../common/sweep/repository';
import { createSweepSchedule } from '../common/sweep/schedule';
import { createTokenRepository } from '../common/accounts/tokens';
import { createInternalApp } from './app';
import { readInternalConfig } from './config';
import { internalPrivileges } from './privileges';

/** Starts the internal server; `adaptOutbox` is where a test comes between it and its mail. */
export async function startInternalServer(
  env: NodeJS.ProcessEnv,
  adaptOutbox: (outbox: OutboxRepository) => OutboxRepository = (outbox) => outbox,
): Promise<Running> {
  const config = readInternalConfig(env);
  const log = createLogger('internal-server', config.logLevel);
  const db = createDatabase(config.databaseUrl, { queryTimeoutMs: 4000 });
  await checkLoginAtStart(db, internalPrivileges, log);
  const outbox = adaptOutbox(createOutboxRepository(db));
  const metrics = new Registry();
  const stopping = new AbortController();
  const { signal } = stopping;
  const delivery = createMailWorker({ outbox, config, log, metrics });
  const resumes = await openResumeStore(config.resumes);
  const sweeps = createSweepRepository(db);
  const sweeper = createSweepSchedule({ resumes, records: sweeps, log });
  const app = createInternalApp({
    config,
    log,
    leads: createLeadRepository(db),
    notes: createNoteRepository(db),
    outbox,
    overview: createOverview({ db, overdueAfterHours: config.overdueAfterHours }),
    audit: createAuditRepository(db),
    accounts: createAccountRepository(db),
    tokens: createTokenRepository(db),
    resumes,
    sweeps,
    delivery,
    figures: createBacklogReader({ db }),
    db,
    metrics,
    stopping: signal,
  });
  const closeMetrics = await serveMetrics(metrics, config.ops, log);

  const listener = await listen(app, { ...config, stopping: signal });
  log.info({ host: config.host, port: config.port }, 'listening');
  if (!config.mail) log.warn('SMTP_URL is not set: mail waits in the outbox');
  delivery.start();
  sweeper.start();
  const closers = [
    () => Promise.all([listener.close(), delivery.stop(), sweeper.stop()]),
    closeMetrics,
    () => db.destroy(),
  ];
  return { stopping, drainMs: config.drainMs, closers };
}
