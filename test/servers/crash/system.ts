import path from 'node:path';
import { createDatabase } from '../../../common/database/connect';
import { freePort } from '../../../embedded/ports';
import { provision } from '../../../embedded/provision';
import { until } from '../../support/smtp/deliveries';
import { attorneys } from './reconcile';
import { readLeads, readObjects, readOutbox, unsettled, type Records } from './records';
import type { Mailbox } from './mailbox';
import { keepPostgres } from './targets/postgres';
import { keepServer } from './targets/server';
import type { Target } from './targets/target';
import { noLimits } from '../../support/process/no-limits';

export interface CrashSystem {
  targets: Target[];
  /** Keyed by the name of the server. */
  publicPorts: Map<string, number>;
  untilUp(): Promise<void>;
  /** Waits until nothing is queued in the outbox, at most for that long. */
  untilDrained(timeoutMs: number): Promise<void>;
  readRecords(): Promise<Omit<Records, 'clients' | 'mails' | 'outages'>>;
  stop(): Promise<void>;
}

const passwords = { owner: 'owner', publicServer: 'public', internalServer: 'internal' };
const upWithinMs = 60_000;

/** Two public and two internal servers as in production, on a durable Postgres and a folder. */
export async function startCrashSystem(folder: string, mailbox: Mailbox): Promise<CrashSystem> {
  const postgres = await keepPostgres(folder);
  const urls = await provision(postgres.superuserUrl, { database: 'lead_intake', passwords });
  const owner = createDatabase(urls.ownerUrl);
  const resumeDir = path.join(folder, 'store');
  const publicPorts = new Map([
    ['public-1', await freePort()],
    ['public-2', await freePort()],
  ]);
  const common = (name: string) => ({
    RESUME_DIR: resumeDir,
    HOST: '127.0.0.1',
    TMPDIR: folder,
    name,
  });

  const publicServers = [...publicPorts].map(([publicName, port]) => {
    const { name, ...env } = common(publicName);
    const own = { DATABASE_URL: urls.publicUrl, PORT: String(port), ...noLimits };
    const logFile = path.join(folder, `${name}.log`);
    return keepServer({ name, kind: 'public', env: { ...env, ...own }, logFile });
  });
  const internalServers = [1, 2].map((n) => {
    const { name, ...env } = common(`internal-${n}`);
    const own = {
      DATABASE_URL: urls.internalUrl,
      PORT: '0',
      SMTP_URL: mailbox.urlFor(name),
      MAIL_FROM: 'intake@lee.example',
      ATTORNEY_EMAILS: attorneys.join(),
      ACK_MAX_PER_HOUR: '0',
      NOTIFICATION_MAX_PER_HOUR: '0',
    };
    const logFile = path.join(folder, `${name}.log`);
    return keepServer({ name, kind: 'internal', env: { ...env, ...own }, logFile });
  });
  const servers = [...publicServers, ...internalServers];
  const targets = [postgres, ...servers];

  return {
    targets,
    publicPorts,
    untilUp: () => until(() => targets.every((target) => target.isUp()), upWithinMs),

    async untilDrained(timeoutMs) {
      const waiting = async () => (await unsettled(owner)).length;
      await until(async () => (await waiting()) === 0, timeoutMs).catch(() => undefined);
    },

    async readRecords() {
      const [leads, outbox] = [await readLeads(owner), await readOutbox(owner)];
      return { leads, outbox, objects: readObjects(resumeDir) };
    },

    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
      await owner.destroy();
      await postgres.stop();
    },
  };
}
