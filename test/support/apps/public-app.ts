import type Koa from 'koa';
import type { Knex } from 'knex';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Registry } from 'prom-client';
import supertest from 'supertest';
import { createDatabase } from '../../../common/database/connect';
import { createLeadIntake } from '../../../common/leads/add-lead';
import { createLocalIntake } from '../../../common/resumes/local/intake';
import { createPublicApp, type PublicDeps } from '../../../public-server/app';
import { createSpool } from '../../../public-server/submissions/spool';
import { captureLog } from '../captured-log';
import { createTestDatabase, temporaryFolder, type TestDatabase } from '../process/postgres';

export interface PublicFixture {
  app: Koa;
  database: TestDatabase;
  /** The owner's view of what was stored. */
  owner: Knex;
  folder: string;
  /** Everything that was logged, at every level. */
  logged(): string;
  metrics: Registry;
  close(): Promise<void>;
}

const firm = {
  name: 'Lee & Partners',
  contact: 'office@lee.example',
  privacyUrl: 'https://lee.example/privacy',
  disclaimer: 'Sending this does not make us your attorneys.',
  replyTime: 'two working days',
};

type Overrides = Partial<Omit<PublicDeps, 'config'>> & { config?: Partial<PublicDeps['config']> };

/** The real app on a database, a folder and a log of its own. */
export async function startPublicApp({
  config,
  ...overrides
}: Overrides = {}): Promise<PublicFixture> {
  const database = await createTestDatabase();
  const folder = await temporaryFolder();
  const db = createDatabase(database.publicUrl);
  const owner = createDatabase(database.ownerUrl);
  const metrics = new Registry();
  const { log, logged } = captureLog('public-server');
  const app = createPublicApp({
    config: {
      firm,
      maxResumeBytes: 10 * 1024 * 1024,
      rateLimit: { max: 10_000, windowMs: 60_000 },
      connections: { max: 10_000, perNetworkMax: 10_000 },
      trustedProxyHops: 0,
      corsOrigins: [],
      ...config,
    },
    log,
    leads: createLeadIntake(db),
    resumes: await createLocalIntake(folder),
    spool: await createSpool(path.join(folder, 'spool')),
    db,
    metrics,
    ...overrides,
  });
  return {
    app,
    database,
    owner,
    folder,
    logged,
    metrics,
    async close() {
      await Promise.all([db.destroy(), owner.destroy()]);
      await database.drop();
      await rm(folder, { recursive: true });
    },
  };
}

export const minimalPdf = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>\n%%EOF\n',
);

export interface Form {
  [field: string]: string | Buffer | null | undefined;
  first_name?: string;
  last_name?: string;
  email?: string;
  submission_id?: string;
  website?: string;
  resume?: Buffer | null;
  filename?: string;
}

/** A submission as a browser sends it; `json` as a program does. */
export function submit(app: Koa, form: Form = {}, { json = false } = {}): supertest.Test {
  const {
    resume = minimalPdf,
    filename = 'cv.pdf',
    first_name = 'Ann',
    last_name = 'Lee',
    email = 'ann.lee@example.com',
    ...rest
  } = form;
  const request = supertest(app.callback()).post('/leads');
  if (json) request.set('Accept', 'application/json');
  for (const [name, value] of Object.entries({ first_name, last_name, email, ...rest })) {
    request.field(name, value);
  }
  if (resume) request.attach('resume', resume, { filename });
  return request;
}
