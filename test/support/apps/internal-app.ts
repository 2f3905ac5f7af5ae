import type Koa from 'koa';
import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { Registry } from 'prom-client';
import supertest from 'supertest';
import {
  createAccountRepository,
  type Account,
  type AccountRole,
} from '../../../common/accounts/repository';
import { createAuditRepository } from '../../../common/audit/repository';
import { createDatabase } from '../../../common/database/connect';
import { createBacklogReader } from '../../../common/metrics/overview/backlog';
import { createLeadIntake, type LeadIntake } from '../../../common/leads/add-lead';
import { createLeadRepository } from '../../../common/leads/repository';
import { createNewsRepository } from '../../../common/leads/news';
import { createNoteRepository } from '../../../common/leads/notes';
import { createOutboxRepository } from '../../../common/outbox/repository';
import { createOverview } from '../../../common/metrics/overview/overview';
import { decoyHash, hashPassword } from '../../../common/accounts/passwords';
import type { ResumeIntake } from '../../../common/resumes/intake';
import { createSweepRepository } from '../../../common/sweep/repository';
import { createSignInRepository } from '../../../common/accounts/sign-ins';
import { createTokenRepository } from '../../../common/accounts/tokens';
import type { NewLead } from '../../../common/leads/lead';
import { createRefusals, type Refusals } from '../../../internal-server/auth/refusals';
import { createInternalApp, type InternalDeps } from '../../../internal-server/app';
import { captureLog } from '../captured-log';
import { createLocalResumes } from './local-resumes';
import { createTestDatabase, temporaryFolder, type TestDatabase } from '../process/postgres';
import { spooledFile } from './spooled';

export const password = 'correct horse battery';
const cheapest = 1; // log2 of N; hashes of the real cost would take half of the tests' time
const passwordHash = hashPassword(password, cheapest);

export interface InternalFixture {
  app: Koa;
  database: TestDatabase;
  /** The database, as the internal server's login. */
  db: Knex;
  /** The database, as its owner. */
  owner: Knex;
  folder: string;
  admin: Account;
  ann: Account;
  bob: Account;
  get(url: string, as?: Account): supertest.Test;
  head(url: string, as?: Account): supertest.Test;
  post(url: string, as?: Account): supertest.Test;
  addLead(overrides?: Partial<NewLead>, file?: Buffer): Promise<NewLead>;
  logged(): string;
  metrics: Registry;
  refusals: Refusals;
  close(): Promise<void>;
}

export const firm = {
  name: 'Lee & Partners',
  contact: undefined,
  privacyUrl: undefined,
  disclaimer: undefined,
  replyTime: 'a few working days',
};

export const internalConfig = {
  firm,
  baseUrl: 'http://desk.example:3001',
  trustedProxyHops: 0,
  overdueAfterHours: 24,
  timeZone: 'UTC',
  attorneyEmails: ['ann@lee.example', 'bob@lee.example'],
};

/** Starts the real app with an administrator and two attorneys, on its own database and folder. */
export async function startInternalApp(
  overrides: Partial<InternalDeps> = {},
): Promise<InternalFixture> {
  const database = await createTestDatabase();
  const folder = await temporaryFolder();
  const db = createDatabase(database.internalUrl);
  const owner = createDatabase(database.ownerUrl);
  const accounts = createAccountRepository(db);
  const resumes = await createLocalResumes(folder);
  const metrics = new Registry();
  const { log, logged } = captureLog('internal-server');
  const audit = createAuditRepository(db);
  const refusals = createRefusals({ audit, log });
  const app = createInternalApp({
    config: internalConfig,
    decoyHash: () => decoyHash(cheapest),
    log,
    leads: createLeadRepository(db),
    notes: createNoteRepository(db),
    news: createNewsRepository(db),
    outbox: createOutboxRepository(db),
    overview: createOverview({ db }),
    audit,
    refusals,
    accounts,
    signIns: createSignInRepository(db),
    tokens: createTokenRepository(db),
    resumes,
    sweeps: createSweepRepository(db),
    delivery: {
      status: () => ({ state: 'RUNNING', since: new Date(), server: 'mail.example:587' }),
      tryNow: () => true,
    },
    db,
    readBacklog: createBacklogReader({ db }),
    metrics,
    ...overrides,
  });
  const admin = await addAccount('Admin', 'ADMIN');
  const [ann, bob] = await Promise.all([addAccount('Ann'), addAccount('Bob')]);

  async function addAccount(name: string, role: AccountRole = 'ATTORNEY'): Promise<Account> {
    const email = `${name.toLowerCase()}@firm.example`;
    const account = { email, name, role, passwordHash: await passwordHash };
    return (await accounts.create(account, 'system'))!;
  }

  const send =
    (method: 'get' | 'head' | 'post') =>
    (url: string, as: Account = ann) =>
      supertest(app.callback())[method](url).auth(as.email, password);

  return {
    app,
    database,
    db,
    owner,
    folder,
    admin,
    ann,
    bob,
    get: send('get'),
    head: send('head'),
    post: send('post'),
    addLead: (lead, file) => addLead(createLeadIntake(owner), resumes, folder, lead, file),
    logged,
    metrics,
    refusals,
    async close() {
      await Promise.all([db.destroy(), owner.destroy()]);
      await database.drop();
      await rm(folder, { recursive: true });
    },
  };
}

async function addLead(
  leads: LeadIntake,
  resumes: ResumeIntake,
  folder: string,
  overrides: Partial<NewLead> = {},
  file: Buffer = Buffer.from('%PDF-1.4 a resume'),
): Promise<NewLead> {
  const spooled = await spooledFile(folder, file);
  const { sha256 } = spooled;
  const key = `resumes/${randomUUID()}`;
  await resumes.create(key, spooled);
  await spooled.handle.close();
  const lead: NewLead = {
    id: randomUUID(),
    firstName: 'Carla',
    lastName: 'Moreno',
    email: 'carla@example.com',
    flaggedReason: null,
    resume: { key, filename: 'cv.pdf', type: 'pdf', bytes: file.length, sha256 },
    ...overrides,
  };
  await leads.add(lead);
  return lead;
}
