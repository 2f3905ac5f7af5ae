import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createGcsStore, type GcsPace } from '../../../common/resumes/gcs-store';
import type { ResumeStore, SpooledFile } from '../../../common/resumes/store';
import { creator, keeper, startGcsServer, type GcsServer } from './server';
import { temporaryFolder } from '../process/postgres';
import { spooledFile } from '../apps/spooled';

export interface GcsFixture {
  server: GcsServer;
  folder: string;
  /** May create only, as the public server's. */
  publicStore: ResumeStore;
  /** May get, list and delete, as the internal server's. */
  internalStore: ResumeStore;
  storeAs(permissions: readonly string[]): Promise<ResumeStore>;
  storeAt(apiEndpoint: string, pace?: Partial<GcsPace>): ResumeStore;
  spool(bytes: Buffer | string): Promise<SpooledFile>;
  close(): Promise<void>;
}

const testPace: GcsPace = { uploadMs: 2000, uploadBytesPerMs: 524, readMs: 2000, checkMs: 1000 };

export const newKey = () => `resumes/${randomUUID()}`;

export async function startGcs(): Promise<GcsFixture> {
  const server = startGcsServer();
  const folder = await temporaryFolder();
  const storeAt = (apiEndpoint: string, pace: Partial<GcsPace> = {}) =>
    createGcsStore(
      { bucket: server.bucket, projectId: 'firm', apiEndpoint },
      { ...testPace, ...pace },
    );
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
