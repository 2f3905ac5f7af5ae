import { Registry } from 'prom-client';
import { createAccountRepository } from '../common/accounts/repository';
import { createSignInRepository } from '../common/accounts/sign-ins';
import { createTokenRepository } from '../common/accounts/tokens';
import { createAuditRepository } from '../common/audit/repository';
import { deleteOldEvents } from '../common/audit/retention';
import { createDatabase } from '../common/database/connect';
import { databaseWarning } from '../common/database/connection-string';
import { tlsNotice } from '../common/database/tls';
import { checkLoginAtStart } from '../common/database/privileges/check-at-start';
import { listen } from '../common/http/listen';
import type { Running } from '../common/http/run-server';
import { createNewsRepository } from '../common/leads/news';
import { createNoteRepository } from '../common/leads/notes';
import { createLeadRepository } from '../common/leads/repository';
import { createLogger } from '../common/logger';
import { smtpWarning } from '../common/mail/smtp-server';
import { createMailWorker } from '../common/mail/worker';
import { createBacklogReader } from '../common/metrics/overview/backlog';
import { createOverview } from '../common/metrics/overview/overview';
import { serveMetrics } from '../common/metrics/serve';
import { createOutboxRepository, type OutboxRepository } from '../common/outbox/repository';
import { openResumeStore } from '../common/resumes/open-store';
import { createSweepRepository } from '../common/sweep/repository';
import { createSweepSchedule } from '../common/sweep/schedule';
import { createInternalApp } from './app';
import { createRefusals } from './auth/refusals';
import { readInternalConfig } from './config';
import { internalPrivileges } from './privileges';
import { setTimeZone } from '../common/config/time-zone';

/** Starts the internal server. Tests pass `adaptOutbox` to stop it between two steps of an email. */
export async function startInternalServer(
  env: NodeJS.ProcessEnv,
  adaptOutbox: (outbox: OutboxRepository) => OutboxRepository = (outbox) => outbox,
): Promise<Running> {
  const config = readInternalConfig(env);
  setTimeZone(config.timeZone);
  const log = createLogger('internal-server', config.logLevel);
  const notice = tlsNotice(config.databaseUrl);
  if (notice) log.info(notice);
  const { databaseUrl, mail } = config;
  for (const warning of [databaseWarning(databaseUrl), mail && smtpWarning(mail.smtpUrl)]) {
    if (warning) log.warn(warning);
  }
  const db = createDatabase(config.databaseUrl, { queryTimeoutMs: 4000 });
  await checkLoginAtStart(db, internalPrivileges, log);
  const resumes = await openResumeStore(config.resumes);
  const outbox = adaptOutbox(createOutboxRepository(db));
  const sweeps = createSweepRepository(db);
  const audit = createAuditRepository(db);
  const refusals = createRefusals({ audit, log });
  const metrics = new Registry();
  const stopping = new AbortController();

  const delivery = createMailWorker({ outbox, config, log, metrics });
  const { auditRetainDays: days } = config;
  const sweepSchedule = createSweepSchedule({
    resumes,
    records: sweeps,
    log,
    ...(days && { deleteOldEvents: (signal) => deleteOldEvents(db, days, signal) }),
  });
  const app = createInternalApp({
    config,
    log,
    leads: createLeadRepository(db),
    notes: createNoteRepository(db),
    news: createNewsRepository(db),
    outbox,
    overview: createOverview({ db }),
    audit,
    refusals,
    accounts: createAccountRepository(db),
    signIns: createSignInRepository(db),
    tokens: createTokenRepository(db),
    resumes,
    sweeps,
    delivery,
    readBacklog: createBacklogReader({ db }),
    db,
    metrics,
    stopping: stopping.signal,
  });

  const closeMetrics = await serveMetrics(metrics, config.ops, log);
  const listener = await listen(app, { ...config, stopping: stopping.signal });
  log.info({ host: config.host, port: config.port }, 'listening');
  if (!config.mail) log.warn('SMTP_URL is not set: emails wait in the outbox');
  delivery.start();
  sweepSchedule.start();

  const closers = [
    () => Promise.all([listener.close(), delivery.stop(), sweepSchedule.stop()]),
    () => refusals.stop(),
    closeMetrics,
    () => db.destroy(),
  ];
  return { stopping, drainMs: config.drainMs, closers };
}
