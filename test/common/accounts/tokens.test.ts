import { expect } from 'chai';
import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { createAccountRepository, type Account } from '../../../common/accounts/repository';
import { createDatabase } from '../../../common/database/connect';
import { createTokenRepository, type TokenRepository } from '../../../common/accounts/tokens';
import { createTestDatabase, type TestDatabase } from '../../support/process/postgres';

describe('createTokenRepository', () => {
  let database: TestDatabase;
  let owner: Knex;
  let db: Knex;
  let tokens: TokenRepository;
  let ann: Account;
  let bob: Account;

  before(async () => {
    database = await createTestDatabase();
    owner = createDatabase(database.ownerUrl);
    db = createDatabase(database.internalUrl); // its own rights must be enough
    tokens = createTokenRepository(db);
  });
  beforeEach(async () => {
    const create = (name: string) =>
      createAccountRepository(db).create(
        { email: `${name}@firm.example`, name, role: 'ATTORNEY', passwordHash: 'hash' },
        'system',
      );
    ann = (await create('Ann'))!;
    bob = (await create('Bob'))!;
    await owner('audit_events').delete();
  });
  afterEach(async () => {
    await owner('api_tokens').delete();
    await owner('accounts').delete();
    await owner('audit_events').delete();
  });
  after(async () => {
    await Promise.all([db.destroy(), owner.destroy()]);
    await database.drop();
  });

  const idOf = async (name: string) => {
    const rows = owner('api_tokens').where({ name });
    return (await rows.first<{ id: string }>('id')).id;
  };
  const opens = async (token: string) => (await tokens.findAccount(token))?.id;

  it('finds the account that created the token, each time', async () => {
    const [first, second] = [
      await tokens.create(ann.id, 'CRM', 60),
      await tokens.create(ann.id, 'CRM', 60),
    ];
    expect(first)
      .to.match(/^lead_[\w-]{43}$/)
      .and.not.equal(second);
    expect(await tokens.findAccount(first)).to.deep.equal(ann);
    expect(await opens(first)).to.equal(ann.id);
    expect(await opens(second)).to.equal(ann.id);
  });

  for (const [name, change] of [
    ['nothing', () => ''],
    ['one without its last character', (token: string) => token.slice(0, -1)],
    ['one in another case', (token: string) => token.toLowerCase()],
    ['a NUL', (token: string) => `${token}\0`],
    ['one with a space', (token: string) => `${token} `],
  ] as const) {
    it(`finds no account by ${name}`, async () => {
      const token = await tokens.create(ann.id, 'CRM', 60);
      expect(await opens(change(token))).to.be.undefined;
    });
  }

  it('stores the token in no column of any table', async () => {
    const token = await tokens.create(ann.id, 'CRM', 60);
    const secret = token.slice('lead_'.length);
    const forms = [
      secret,
      Buffer.from(token).toString('hex'),
      Buffer.from(secret).toString('hex'),
      Buffer.from(secret, 'base64url').toString('hex'),
    ];
    const names = await owner('pg_tables').where({ schemaname: 'public' }).pluck('tablename');
    let seen = '';
    for (const name of names as string[]) {
      const rows = await owner(`${name} as t`).select<{ row: string }[]>(
        owner.raw('t::text as row'),
      );
      seen += rows.map(({ row }) => row).join('\n');
    }
    expect(seen).to.include(ann.email).and.include('CRM');
    for (const form of forms) expect(seen.toLowerCase()).to.not.include(form.toLowerCase());
  });

  it('finds the account until the token expires', async () => {
    const token = await tokens.create(ann.id, 'CRM', 60);
    const [row] = await owner('api_tokens').select<{ seconds: number }[]>(
      owner.raw('extract(epoch from expires_at - created_at)::int as seconds'),
    );
    expect(row!.seconds).to.equal(60);
    const setEnd = (seconds: number) =>
      owner('api_tokens').update({
        expires_at: owner.raw("now() + ? * interval '1 second'", [seconds]),
      });
    await setEnd(30);
    expect(await opens(token)).to.equal(ann.id);
    await setEnd(-0.001); // the column rounds to milliseconds
    expect(await opens(token)).to.be.undefined;
    expect(await tokens.list()).to.deep.equal([]);
  });

  it('revokes one token, once', async () => {
    const token = await tokens.create(ann.id, 'CRM', 60);
    const other = await tokens.create(ann.id, 'Mailing', 60);
    const id = await idOf('CRM');
    expect(await tokens.revoke(ann.id, id, ann.id)).to.be.true;
    expect(await opens(token)).to.be.undefined;
    expect(await opens(other)).to.equal(ann.id);
    const revoked: unknown = await owner('api_tokens').where({ id });
    expect(await tokens.revoke(ann.id, id, ann.id)).to.be.false;
    expect(await owner('api_tokens').where({ id })).to.deep.equal(revoked);
  });

  it('does not revoke a token of another account, or an unknown one', async () => {
    const token = await tokens.create(ann.id, 'CRM', 60);
    expect(await tokens.revoke(bob.id, await idOf('CRM'), bob.id)).to.be.false;
    expect(await tokens.revoke(ann.id, randomUUID(), ann.id)).to.be.false;
    expect(await opens(token)).to.equal(ann.id);
  });

  it('finds no account while it is disabled', async () => {
    const accounts = createAccountRepository(db);
    const token = await tokens.create(ann.id, 'CRM', 60);
    await accounts.change(ann.id, { isActive: false }, 'system');
    expect(await opens(token)).to.be.undefined;
    await accounts.change(ann.id, { isActive: true }, 'system');
    expect(await opens(token)).to.equal(ann.id);
  });

  it('revokes the tokens of an account with a new password, and no others', async () => {
    const token = await tokens.create(ann.id, 'CRM', 60);
    const other = await tokens.create(bob.id, 'CRM', 60);
    await createAccountRepository(db).setPassword(ann.id, 'other-hash', ann.id);
    expect(await opens(token)).to.be.undefined;
    expect(await opens(other)).to.equal(bob.id);
  });

  it('lists names, newest first, without token or hash', async () => {
    await tokens.create(ann.id, 'CRM', 60);
    await owner('api_tokens').update({ created_at: owner.raw("now() - interval '1 minute'") });
    await tokens.create(bob.id, 'Mailing', 60);
    const listed = await tokens.list();
    expect(listed.map(({ accountId, name }) => [accountId, name])).to.deep.equal([
      [bob.id, 'Mailing'],
      [ann.id, 'CRM'],
    ]);
    for (const each of listed) {
      expect(each).to.have.keys(['id', 'accountId', 'name', 'createdAt', 'expiresAt']);
    }
  });

  it('records ids in the audit, without the token or its name', async () => {
    const token = await tokens.create(ann.id, 'Ann’s CRM', 60);
    const id = await idOf('Ann’s CRM');
    await tokens.revoke(ann.id, id, bob.id);
    await tokens.revoke(ann.id, id, bob.id);
    const events = await owner('audit_events')
      .orderBy('id')
      .select<Record<string, unknown>[]>('actor', 'action', 'details');
    const details = { token_id: id, account_id: ann.id };
    expect(events).to.deep.equal([
      { actor: ann.id, action: 'TOKEN_CREATED', details },
      { actor: bob.id, action: 'TOKEN_REVOKED', details },
    ]);
    expect(JSON.stringify(events)).to.not.include(token).and.not.include('CRM');
  });
});
