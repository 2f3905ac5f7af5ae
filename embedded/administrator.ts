import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generatePassword, hashPassword, verifyPassword } from '../common/accounts/passwords';
import { createAccountRepository, type AccountRepository } from '../common/accounts/repository';
import { createDatabase } from '../common/database/connect';
import { isDatabaseOutage } from '../common/database/is-outage';
import { retry } from '../common/resilience/retry';
import { ConfigError } from '../common/config/environment';
import { passwordProblem, type FirmConfig } from '../internal-server/accounts/password-rules';
import type { Settings } from './settings';

interface Credentials {
  email: string;
  password: string;
}

export const credentialsFile = (dataDir: string) => path.join(dataDir, 'admin-credentials.txt');

/**
 * Creates the first account. Returns its credentials until somebody has signed in with them, or the
 * password was changed.
 */
export async function ensureAdministrator(
  ownerUrl: string,
  settings: Settings,
  config: FirmConfig,
) {
  const db = createDatabase(ownerUrl);
  const accounts = createAccountRepository(db);
  const file = credentialsFile(settings.dataDir);
  const attempt = async () =>
    (await accounts.count()) === 0
      ? createAdministrator(accounts, file, settings.admin, config)
      : readUnused(accounts, file);
  try {
    // Its time limits are too short for a machine that is busy with the start.
    return await retry(attempt, {
      until: Infinity,
      isTransient: isDatabaseOutage,
      pauseMs: () => 250,
    });
  } finally {
    await db.destroy();
  }
}

async function createAdministrator(
  accounts: AccountRepository,
  file: string,
  { email, password: chosen }: Settings['admin'],
  config: FirmConfig,
): Promise<Credentials> {
  const name = 'Administrator';
  const problem = chosen && (await passwordProblem(chosen, { email, name }, config));
  if (problem) throw new ConfigError([`ADMIN_PASSWORD: ${problem}`]);
  const password = chosen ?? generatePassword();
  // The file first: an account with a password that nobody knows would lock everybody out.
  await writeFile(file, `${email}\n${password}\n`, { mode: 0o600, flush: true });
  const passwordHash = await hashPassword(password);
  const account = { email, name, role: 'ADMIN', passwordHash } as const;
  await accounts.create({ ...account, mustChangePassword: chosen === undefined }, 'system');
  return { email, password };
}

async function readUnused(
  accounts: AccountRepository,
  file: string,
): Promise<Credentials | undefined> {
  const kept = await readFile(file, 'utf8').catch(() => ''); // may be removed
  const [email = '', password = ''] = kept.split('\n');
  const account = await accounts.findByEmail(email);
  if (!account?.isActive || account.lastSeenAt !== null) return undefined;
  return (await verifyPassword(password, account.passwordHash)) ? { email, password } : undefined;
}
