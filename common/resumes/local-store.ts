import { constants } from 'node:fs';
import { access, copyFile, link, mkdir, open, rm, unlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { hashFile } from './hash-file';
import { checkKey } from './key';
import { listFiles } from './local-list';
import type { ResumeStore, StoredResume } from './store';

const pieceBytes = 512 * 1024;

/** Keeps each object as a file below `folder`; fit for one machine. */
export async function createLocalStore(folder: string): Promise<ResumeStore> {
  const objects = path.join(folder, 'resumes');
  await mkdir(objects, { recursive: true, mode: 0o750 });
  const fileOf = (key: string) => path.join(folder, checkKey(key));
  const syncObjects = shared(() => sync(objects));

  return {
    async create(key, file) {
      const target = fileOf(key);
      await file.handle.sync();
      file.isTaken = await place(file.path, target);
      await syncObjects(); // the name itself must survive a crash, too
    },

    async read(key) {
      try {
        return await readHashed(await open(fileOf(key)));
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined;
        throw error;
      }
    },

    async remove(key) {
      await rm(fileOf(key), { force: true });
      await syncObjects();
    },

    list: () => listFiles(objects),

    checkWritable: () => access(objects, constants.W_OK | constants.X_OK),
    checkReadable: () => access(objects, constants.R_OK | constants.X_OK),
  };
}

/** In pieces, twice: once for the hash, and then for whoever wants the content. */
async function readHashed(handle: FileHandle): Promise<StoredResume> {
  try {
    const hashed = await hashFile(handle.fd);
    const content = handle.createReadStream({ start: 0, highWaterMark: pieceBytes });
    return { ...hashed, content };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Moves: a hard link, unlike a rename, refuses to replace. From another file system it can only
 * copy. Answers whether it moved.
 */
async function place(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    await unlink(from);
    return true;
  } catch (error) {
    if (!['EXDEV', 'EPERM', 'ENOTSUP'].includes(codeOf(error) ?? '')) throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL).catch(async (copyError: unknown) => {
      if (codeOf(copyError) !== 'EEXIST') await rm(to, { force: true });
      throw copyError;
    });
    await sync(to);
    return false;
  }
}

/** One run of `work` serves all who asked before it began. */
function shared(work: () => Promise<void>): () => Promise<void> {
  let running = Promise.resolve();
  let next: Promise<void> | undefined;

  return () => {
    next ??= running = running
      .catch(() => undefined) // that is for those who waited for it
      .then(() => {
        next = undefined;
        return work();
      });
    return next;
  };
}

async function sync(fileOrFolder: string): Promise<void> {
  const handle = await open(fileOrFolder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
