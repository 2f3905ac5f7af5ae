import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Knex } from 'knex';
import { hashPassword } from '../../common/accounts/passwords';
import { createAccountRepository, type AccountRepository } from '../../common/accounts/repository';
import { createDatabase } from '../../common/database/connect';
import { credentialsFile, ensureAdministrator } from '../../embedded/administrator';
import { readSettings } from '../../embedded/settings';
import {
  createTestDatabase,
  temporaryFolder,
  type TestDatabase,
} from '../support/process/postgres';

describe('ensureAdministrator', () => {
  let database: TestDatabase;
  let db: Knex;
  let accounts: AccountRepository;
  let dataDir: string;
  beforeEach(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.ownerUrl);
    accounts = createAccountRepository(db);
    dataDir = await temporaryFolder();
  });
  afterEach(async () => {
    await db.destroy();
    await database.drop();
    await rm(dataDir, { recursive: true });
  });

  const ensure = (env: NodeJS.ProcessEnv = {}) =>
    ensureAdministrator(database.ownerUrl, readSettings({ DATA_DIR: dataDir, ...env }), {
      firm: { name: env.FIRM_NAME ?? 'Our firm' },
      attorneyEmails: [],
    });

  async function account() {
    return (await accounts.findByEmail('admin@localhost'))!;
  }

  it('returns the generated password at every start until it was used', async () => {
    const first = await ensure();
    expect(first?.password).to.have.length(24);
    expect(await ensure()).to.deep.equal(first);
    await accounts.seen(await account());
    expect(await ensure()).to.equal(undefined);
  });

  it('returns the credentials of the account, whatever the variables say later', async () => {
    const first = await ensure({
      ADMIN_EMAIL: 'ann@firm.test',
      ADMIN_PASSWORD: 'correct horse battery',
    });
    expect(first).to.deep.equal({ email: 'ann@firm.test', password: 'correct horse battery' });
    expect(await ensure({ ADMIN_PASSWORD: 'short' })).to.deep.equal(first);
  });

  it('has a generated password changed at the first sign-in, and not a chosen one', async () => {
    await ensure();
    expect(await account()).to.include({ mustChangePassword: true });
    await db('accounts').delete();
    await ensure({ ADMIN_PASSWORD: 'correct horse battery' });
    expect(await account()).to.include({ mustChangePassword: false });
  });

  for (const [what, chosen] of [
    ['short', 'correct'],
    ['common', 'Password1234!'],
    ['the address', 'admin@localhost'],
    ['the name', 'Administrator Admin'],
    ['the firm', 'kestrel-2026!'],
  ] as const) {
    it(`creates no account with a password that is ${what}`, async () => {
      const attempt = ensure({ ADMIN_PASSWORD: chosen, FIRM_NAME: 'Kestrel' });
      const reason = await attempt.then(String, (error: unknown) => (error as Error).message);
      expect(reason).to.match(/^The configuration is not valid:\n  ADMIN_PASSWORD: .+\.$/);
      expect([await accounts.count(), existsSync(credentialsFile(dataDir))]).to.deep.equal([
        0,
        false,
      ]);
    });
  }

  const changes: Record<string, () => Promise<unknown>> = {
    'was changed': async () =>
      accounts.setPassword((await account()).id, await hashPassword('another', 1), 'system'),
    'belongs to a disabled account': () => db('accounts').update({ is_active: false }),
    'belongs to an account that is gone': () => db('accounts').update({ email: 'b@firm.test' }),
    'is no longer in its file': () => rm(credentialsFile(dataDir)),
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`returns no password that ${what}`, async () => {
      await ensure();
      await change();
      expect(await ensure()).to.equal(undefined);
    });
  }
});
