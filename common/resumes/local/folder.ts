import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { checkKey } from '../key';

/** Opens the folder `objects` of a local store. */
export async function openObjectFolder(folder: string) {
  const objects = path.join(folder, 'resumes');
  await mkdir(objects, { recursive: true, mode: 0o750 });
  return {
    objects,
    pathOf: (key: string) => path.join(folder, checkKey(key)),
    /** Makes names that were added or removed survive a crash. */
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
