import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createGcsIntake, type IntakeLimits } from '../../../common/resumes/gcs/intake';
import { createGcsStore, type StoreLimits } from '../../../common/resumes/gcs/store';
import type { SpooledFile } from '../../../common/resumes/intake';
import { creator, keeper, startGcsServer, type GcsServer } from './server';
import { temporaryFolder } from '../process/postgres';
import type { Resumes } from '../apps/local-resumes';
import { spooledFile } from '../apps/spooled';

export interface GcsFixture {
  server: GcsServer;
  folder: string;
  /** May create only, as the public server's. */
  publicStore: Resumes;
  /** May get, list and delete, as the internal server's. */
  internalStore: Resumes;
  storeAs(permissions: readonly string[]): Promise<Resumes>;
  storeAt(apiEndpoint: string, limits?: Partial<Limits>): Resumes;
  spool(bytes: Buffer | string): Promise<SpooledFile>;
  close(): Promise<void>;
}

type Limits = IntakeLimits & StoreLimits;

const testLimits: Limits = { uploadMs: 2000, uploadBytesPerMs: 524, readMs: 2000, checkMs: 1000 };

export const newKey = () => `resumes/${randomUUID()}`;

export async function startGcs(): Promise<GcsFixture> {
  const server = startGcsServer();
  const folder = await temporaryFolder();
  const storeAt = (apiEndpoint: string, changed: Partial<Limits> = {}) => {
    const options = { bucket: server.bucket, projectId: 'firm', apiEndpoint };
    const limits = { ...testLimits, ...changed };
    return { ...createGcsIntake(options, limits), ...createGcsStore(options, limits) };
  };
  const storeAs = async (permissions: readonly string[]) =>
    storeAt(await server.identity(permissions));

  return {
    server,
    folder,
    publicStore: await storeAs(creator),
    internalStore: await storeAs(keeper),
    storeAs,
    storeAt,
    spool: (bytes) => spooledFile(folder, Buffer.from(bytes)),
    async close() {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}
