import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createAccountRepository } from '../common/accounts/repository';
import { createDatabase } from '../common/database/connect';
import { generatePassword, hashPassword } from '../common/accounts/passwords';
import type { Settings } from './settings';

export const credentialsFile = (dataDir: string) => path.join(dataDir, 'admin-credentials.txt');

/** Creates the first account and returns its credentials; undefined when there are accounts. */
export async function ensureAdministrator(ownerUrl: string, { dataDir, admin }: Settings) {
  const db = createDatabase(ownerUrl);
  try {
    const accounts = createAccountRepository(db);
    if ((await accounts.count()) > 0) return undefined;
    const { email, password = generatePassword() } = admin;
    // The file first: an account with a password that nobody knows would lock everybody out.
    await writeFile(credentialsFile(dataDir), `${email}\n${password}\n`, {
      mode: 0o600,
      flush: true,
    });
    const passwordHash = await hashPassword(password);
    await accounts.create({ email, name: 'Administrator', role: 'ADMIN', passwordHash }, 'system');
    return { email, password };
  } finally {
    await db.destroy();
  }
}
