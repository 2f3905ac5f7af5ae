import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { checkKey } from '../key';

/** Where the objects of a local store are kept. */
export interface ObjectFolder {
  /** The folder that holds all objects. */
  objects: string;
  pathOf: (key: string) => string;
  /** Makes names that were added or removed survive a crash. */
  syncNames: () => Promise<void>;
}

export async function openObjectFolder(folder: string): Promise<ObjectFolder> {
  const objects = path.join(folder, 'resumes');
  await mkdir(objects, { recursive: true, mode: 0o750 });
  return {
    objects,
    pathOf: (key) => path.join(folder, checkKey(key)),
    syncNames: shared(() => sync(objects)),
  };
}

export async function sync(fileOrFolder: string): Promise<void> {
  const handle = await open(fileOrFolder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** One run of `work` serves everyone who asked before it began. */
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
