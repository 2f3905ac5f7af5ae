import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError } from '../common/config/environment';
import { lockFolder } from './lock';

/** Makes the folder and holds it. Throws a ConfigError when it cannot be made or written. */
export async function openDataFolder(dataDir: string): Promise<void> {
  try {
    await makeFolder(dataDir);
    await lockFolder(dataDir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new ConfigError([
      `DATA_DIR: ${dataDir} cannot be made or written (${code}); set DATA_DIR to another folder`,
    ]);
  }
}

/** Not mkdir's `recursive`, which tries for ever where nothing can be made (/proc). */
async function makeFolder(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  await makeFolder(path.dirname(folder));
  // The mode lets the database's user pass through.
  await mkdir(folder, { mode: 0o711 }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another start made it
  });
}
