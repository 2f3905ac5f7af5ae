import { createHash, randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createDatabase } from '../../../common/database/connect';
import { createLocalStore } from '../../../common/resumes/local/store';
import type { ResumeStore } from '../../../common/resumes/store';
import { createSweepRepository, type SweepRepository } from '../../../common/sweep/repository';
import { sweep, type SweepDeps, type SweepOptions } from '../../../common/sweep/sweep';
import type { Sweep } from '../../../common/sweep/types';
import { captureLog } from '../captured-log';
import { startGcs } from '../gcs/store';
import { addLead } from './leads';
import { createTestDatabase, temporaryFolder, type TestDatabase } from '../process/postgres';

const hour = 3_600_000;
/** Sweeps run 25 hours later, so that what is planted now is old. */
const later = () => Date.now() + 25 * hour;

export interface Storage {
  store: ResumeStore;
  /** Stores an object under any name. A young one is an hour old when the sweep runs. */
  plant(name: string, bytes: Buffer, isYoung: boolean): Promise<void>;
  close(): Promise<void>;
}

export const storages: Record<string, () => Promise<Storage>> = {
  async 'a folder'() {
    const folder = await temporaryFolder();
    const store = await createLocalStore(folder);
    return {
      store,
      async plant(name, bytes, isYoung) {
        const file = path.join(folder, name);
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, bytes);
        if (isYoung) await utimes(file, new Date(later()), new Date(later() - hour));
      },
      close: () => rm(folder, { recursive: true }),
    };
  },

  async 'a bucket'() {
    const gcs = await startGcs();
    gcs.server.pageSize = 3; // so that each listing has several pages
    return {
      store: gcs.internalStore,
      plant(name, bytes, isYoung) {
        const timeCreated = new Date(isYoung ? later() - hour : Date.now());
        gcs.server.objects.set(name, { bytes, metadata: {}, timeCreated });
        return Promise.resolve();
      },
      close: () => gcs.close(),
    };
  },
};

export interface SweepFixture extends Storage {
  database: TestDatabase;
  owner: Knex;
  db: Knex;
  records: SweepRepository;
  /** Stores an object without a lead, and returns its key. */
  orphan(isYoung?: boolean): Promise<string>;
  /** Adds a lead of yesterday. The storage holds `stored` instead of its resume; null for nothing. */
  lead(stored?: string | null): Promise<{ id: string; key: string }>;
  run(options?: SweepOptions, deps?: Partial<SweepDeps>): Promise<Sweep | undefined>;
  problems(): Promise<Record<string, string>>;
  logged(): string;
}

export async function startSweeping(kind: string): Promise<SweepFixture> {
  const storage = await storages[kind]!();
  const database = await createTestDatabase();
  const owner = createDatabase(database.ownerUrl);
  const db = createDatabase(database.internalUrl);
  const records = createSweepRepository(db);
  const { log, logged } = captureLog('sweep');
  const newKey = () => `resumes/${randomUUID()}`;
  const sent = 'a resume';

  return {
    ...storage,
    database,
    owner,
    db,
    records,
    logged,
    async orphan(isYoung = false) {
      const key = newKey();
      await storage.plant(key, Buffer.from('nobody'), isYoung);
      return key;
    },
    async lead(stored = sent) {
      const key = newKey();
      if (stored !== null) await storage.plant(key, Buffer.from(stored), false);
      const id = await addLead(owner, {
        created_at: new Date(Date.now() - 24 * hour),
        resume_key: key,
        resume_bytes: sent.length,
        resume_sha256: createHash('sha256').update(sent).digest('hex'),
      });
      return { id, key };
    },
    run: (options, deps) =>
      sweep({ resumes: storage.store, records, log, now: later, ...deps }, options),
    async problems() {
      const rows = await owner('resume_problems').select<{ lead_id: string; problem: string }[]>();
      return Object.fromEntries(rows.map(({ lead_id, problem }) => [lead_id, problem]));
    },
    async close() {
      await Promise.all([owner.destroy(), db.destroy(), storage.close()]);
      await database.drop();
    },
  };
}
