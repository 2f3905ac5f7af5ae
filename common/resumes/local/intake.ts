import { constants } from 'node:fs';
import { access, copyFile, link, rm, unlink } from 'node:fs/promises';
import type { ResumeIntake } from '../intake';
import { openObjectFolder, sync } from './folder';

/** Keeps each object as a file below `folder`; fit for one machine. */
export async function createLocalIntake(folder: string): Promise<ResumeIntake> {
  const { objects, pathOf, syncNames } = await openObjectFolder(folder);

  return {
    async create(key, file) {
      const target = pathOf(key);
      await file.handle.sync();
      file.isTaken = await place(file.path, target);
      await syncNames();
    },

    checkWritable: () => access(objects, constants.W_OK | constants.X_OK),
  };
}

/**
 * Moves the file, or copies it when it comes from another file system. Returns whether it moved. A
 * hard link, unlike a rename, refuses to replace.
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

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
