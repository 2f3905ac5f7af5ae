import { constants } from 'node:fs';
import { access, open, rm, type FileHandle } from 'node:fs/promises';
import type { ResumeStore, StoredResume } from '../store';
import { openObjectFolder } from './folder';
import { hashFile } from './hash-file';
import { listFiles } from './list';

const chunkBytes = 512 * 1024;

/** Reads and removes what a local intake stored below the same folder. */
export async function createLocalStore(folder: string): Promise<ResumeStore> {
  const { objects, pathOf, syncNames } = await openObjectFolder(folder);

  return {
    async read(key) {
      try {
        return await readHashed(await open(pathOf(key)));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },

    async remove(key) {
      await rm(pathOf(key), { force: true });
      await syncNames();
    },

    list: () => listFiles(objects),

    checkReadable: () => access(objects, constants.R_OK | constants.X_OK),
  };
}

/** Reads the file twice, in chunks: once for the hash, once for whoever wants the content. */
async function readHashed(handle: FileHandle): Promise<StoredResume> {
  try {
    const hashed = await hashFile(handle.fd);
    const content = handle.createReadStream({ start: 0, highWaterMark: chunkBytes });
    return { ...hashed, content };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
