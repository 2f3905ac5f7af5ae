import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readObjects } from '../crash/records';
import type { Fault as StorageFault } from '../../support/gcs/faults';
import { creator, keeper, startGcsServer } from '../../support/gcs/server';
import { startProxy, type Proxy } from './proxy';

const diskBytes = 16 * 1024 * 1024;

/** Where the resumes are stored, and how each server is told. */
export interface Store {
  env: { public: Record<string, string>; internal: Record<string, string> };
  /** The SHA-256 of each object by its key. */
  objects(): Map<string, string>;
  close(): Promise<void>;
}

export interface Bucket extends Store {
  /** Stands between the public server and the bucket. */
  proxy: Proxy;
  /** Every upload meets the fault until it is `undefined`. */
  failWith(fault: StorageFault | undefined): void;
  /** One upload meets the fault. */
  failOnce(fault: StorageFault): void;
}

export interface Disk extends Store {
  fill(): void;
  empty(): void;
  setReadOnly(isReadOnly: boolean): void;
}

export async function startBucket(): Promise<Bucket> {
  const gcs = startGcsServer();
  const proxy = await startProxy(Number(new URL(await gcs.identity(creator)).port));
  const keeperUrl = await gcs.identity(keeper);
  const envOf = (endpoint: string) => ({
    RESUME_STORE: 'gcs',
    GCS_BUCKET: gcs.bucket,
    GCS_PROJECT_ID: 'firm',
    GCS_API_ENDPOINT: endpoint,
  });
  return {
    env: { public: envOf(`http://127.0.0.1:${proxy.port}`), internal: envOf(keeperUrl) },
    proxy,

    objects() {
      const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
      return new Map([...gcs.objects].map(([key, { bytes }]) => [key, hash(bytes)]));
    },

    failWith(fault) {
      gcs.faults.length = 0;
      if (fault !== undefined) gcs.faults.push(...Array<StorageFault>(10_000).fill(fault));
    },

    failOnce(fault) {
      if (gcs.faults.length === 0) gcs.faults.push(fault);
    },

    async close() {
      await proxy.close();
      await gcs.close();
    },
  };
}

export const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0;

/** A small file system of its own: a folder cannot be full, and root can always write to it. */
export function mountDisk(folder: string): Disk {
  mkdirSync(folder);
  const mount = (...args: string[]) => execFileSync('mount', [...args, folder]);
  mount('-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs');
  const unmount = () => spawnSync('umount', ['--lazy', folder]);
  process.once('exit', unmount);
  const filler = path.join(folder, 'filler');
  const env = { RESUME_DIR: folder };

  return {
    env: { public: env, internal: env },
    objects: () => readObjects(folder),

    fill() {
      for (let bytes = diskBytes; bytes >= 1; bytes = Math.floor(bytes / 2)) grow(filler, bytes);
    },

    empty() {
      rmSync(filler);
    },

    setReadOnly(isReadOnly) {
      mount('-o', isReadOnly ? 'remount,ro' : 'remount,rw');
    },

    close() {
      unmount();
      process.off('exit', unmount);
      return Promise.resolve();
    },
  };
}

function grow(file: string, bytes: number): void {
  try {
    writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
