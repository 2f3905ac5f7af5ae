import { expect } from 'chai';
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
    const first = await ensure({ ADMIN_EMAIL: 'ann@firm.test', ADMIN_PASSWORD: 'correct horse' });
    expect(first).to.deep.equal({ email: 'ann@firm.test', password: 'correct horse' });
    expect(await ensure({ ADMIN_PASSWORD: 'battery staple' })).to.deep.equal(first);
  });

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
