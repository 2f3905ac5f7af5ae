import type { StorageEngine } from 'multer';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { SpooledFile } from '../common/resumes/store';
import { consume } from './consume';

type ReceivedFile = Parameters<Parameters<StorageEngine['_handleFile']>[2]>[1];

const staleMs = 3_600_000; // no upload lasts an hour: such a file is a killed process's

/**
 * Where multer writes what it receives: a private folder, hashing on the way. The files it hands
 * on carry a `sha256`.
 */
export interface Spool extends StorageEngine {
  discard(file: string): Promise<void>;
}

export async function createSpool(folder: string): Promise<Spool> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeStale(folder);
  return {
    discard,

    _handleFile(_req, file, done) {
      const target = path.join(folder, randomUUID());
      file.path = target; // multer removes by it when the request fails meanwhile
      receive(file.stream, target).then(
        ({ bytes, sha256 }) => {
          done(null, { path: target, size: bytes, sha256 } as ReceivedFile);
        },
        (error: unknown) => {
          done(error);
        },
      );
    },

    _removeFile(_req, file, done) {
      discard(file.path).then(() => {
        done(null);
      }, done);
    },
  };
}

async function discard(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function receive(stream: Readable, target: string): Promise<SpooledFile> {
  const hash = createHash('sha256');
  const handle = await open(target, 'wx', 0o600);
  try {
    const bytes = await consume(stream, async (chunk) => {
      hash.update(chunk);
      await handle.writeFile(chunk); // unlike write(), it goes on until all is written
    });
    return { path: target, bytes, sha256: hash.digest('hex') };
  } catch (error) {
    await discard(target);
    throw error;
  } finally {
    await handle.close();
  }
}

async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => undefined); // another server may clean as well
    if (found && Date.now() - found.mtimeMs > staleMs) await discard(file);
  }
}
