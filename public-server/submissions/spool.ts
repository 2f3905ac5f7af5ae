import type { StorageEngine } from 'multer';
import { createHash, randomUUID } from 'node:crypto';
import { lstat, mkdir, open, readdir, rm, stat, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { SpooledFile } from '../../common/resumes/intake';
import type { ResumeStoreConfig } from '../../common/resumes/store-config';
import { readInBatches } from './read-in-batches';
import { headBytes } from '../resume-check';

const staleMs = 3_600_000; // no upload takes an hour, so a killed process left the file

// Writing in one call costs half as much as chunk by chunk, but takes memory.
const writtenAtOnce = 256 * 1024;
const maxGathering = 16;

export interface SpooledResume extends SpooledFile {
  /** The first `headBytes` of the file, or all of it. */
  head: Buffer;
}

/** The storage of multer: writes files into a private folder and hashes them. */
export interface Spool extends StorageEngine {
  discard(file: Discarded): Promise<void>;
}

type Discarded = Pick<SpooledFile, 'path' | 'handle' | 'isTaken'>;

/** Returns where uploads wait: next to a local store, which moves them, or a temporary folder. */
export async function spoolFolder(resumes: ResumeStoreConfig): Promise<string> {
  if (resumes.kind === 'local') return path.join(resumes.folder, 'spool');
  const user = process.getuid?.();
  const folder = path.join(tmpdir(), `lead-intake-spool-${user ?? 'own'}`); // the next start finds it again
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = await lstat(folder);
  const isPrivate = user === undefined || (uid === user && (mode & 0o077) === 0);
  if (isPrivate) return folder;
  throw new Error(`${folder} is open to other users of this machine. Remove it and start again.`);
}

export async function createSpool(folder: string): Promise<Spool> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeStale(folder);
  let receiving = 0;
  const gatherBytes = () => (receiving > maxGathering ? 0 : writtenAtOnce);

  async function receive(stream: Readable): Promise<SpooledResume> {
    receiving++;
    try {
      return await write(stream, path.join(folder, randomUUID()), gatherBytes);
    } finally {
      receiving--;
    }
  }

  return {
    discard,

    _handleFile(_req, { stream }, done) {
      receive(stream).then((file) => done(null, { ...file, size: file.bytes }), done);
    },

    _removeFile(_req, file, done) {
      discard(file as unknown as SpooledResume).then(() => done(null), done);
    },
  };
}

async function discard({ handle, path, isTaken }: Discarded): Promise<void> {
  try {
    await handle.close();
  } finally {
    if (!isTaken) await unlink(path);
  }
}

async function write(
  stream: Readable,
  target: string,
  gatherBytes: () => number,
): Promise<SpooledResume> {
  const hash = createHash('sha256');
  let head = Buffer.of();
  const handle = await open(target, 'wx+', 0o640); // the mode of a stored file
  try {
    const bytes = await readInBatches(stream, gatherBytes, async (chunks) => {
      for (const chunk of chunks) {
        hash.update(chunk);
        const missing = headBytes - head.length;
        if (missing > 0) head = Buffer.concat([head, chunk.subarray(0, missing)]);
      }
      await writeAll(handle, chunks);
    });
    return { path: target, handle, bytes, sha256: hash.digest('hex'), head, isTaken: false };
  } catch (error) {
    await discard({ path: target, handle, isTaken: false });
    throw error;
  }
}

export async function writeAll(
  handle: Pick<FileHandle, 'writev' | 'writeFile'>,
  chunks: Buffer[],
): Promise<void> {
  const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
  const { bytesWritten } = await handle.writev(chunks);
  if (bytesWritten === bytes) return;
  await handle.writeFile(Buffer.concat(chunks).subarray(bytesWritten)); // writes until nothing is left
}

async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => undefined);
    if (!found || Date.now() - found.mtimeMs <= staleMs) continue;
    await rm(file, { force: true }); // another server may be doing the same
  }
}
