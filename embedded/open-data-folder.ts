import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError } from '../common/config/environment';
import { lockFolder } from './lock';

/** Creates and locks the folder. Throws a ConfigError when it cannot be created or written. */
export async function openDataFolder(dataDir: string): Promise<void> {
  try {
    await makeFolder(dataDir);
    await lockFolder(dataDir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new ConfigError([
      `DATA_DIR: ${dataDir} cannot be created or written (${code}); set DATA_DIR to another folder`,
    ]);
  }
}

/** Without mkdir's `recursive`, which loops for ever where nothing can be created (/proc). */
async function makeFolder(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  await makeFolder(path.dirname(folder));
  // The mode lets the user that runs Postgres pass through.
  await mkdir(folder, { mode: 0o711 }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another start created it
  });
}
