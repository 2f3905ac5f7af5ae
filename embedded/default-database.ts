import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Loaded before the commands that people type: when no database is named, they use that of the
 * embedded system in DATA_DIR. A variable that is set wins.
 */
const { DATABASE_URL, MIGRATION_DATABASE_URL, DATA_DIR } = process.env;
if (!DATABASE_URL && !MIGRATION_DATABASE_URL) {
  for (const name of ['internal.env', 'owner.env']) {
    const file = path.resolve(DATA_DIR ?? '.data', name);
    if (existsSync(file)) process.loadEnvFile(file);
  }
}
