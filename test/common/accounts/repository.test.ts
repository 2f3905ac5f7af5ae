import { expect } from 'chai';
import type { Knex } from 'knex';
import {
  createAccountRepository,
  type AccountRepository,
} from '../../../common/accounts/repository';
import { createDatabase } from '../../../common/database/connect';
import { createTestDatabase, type TestDatabase } from '../../support/process/postgres';

describe('createAccountRepository', () => {
  let database: TestDatabase;
  let owner: Knex;
  let db: Knex;
  let accounts: AccountRepository;
  before(async () => {
    database = await createTestDatabase();
    owner = createDatabase(database.ownerUrl);
    db = createDatabase(database.internalUrl); // its own rights must be enough
    accounts = createAccountRepository(db);
  });
  afterEach(async () => {
    await owner('accounts').delete();
    await owner('audit_events').delete();
  });
  after(async () => {
    await Promise.all([db.destroy(), owner.destroy()]);
    await database.drop();
  });

  const create = (name: string, role: 'ADMIN' | 'ATTORNEY' = 'ATTORNEY') =>
    accounts.create({ email: `${name}@firm.example`, name, role, passwordHash: 'hash' }, 'system');

  const events = () =>
    owner('audit_events')
      .orderBy('id')
      .select<Record<string, unknown>[]>('actor', 'action', 'details');

  it('creates an account that is active and was never seen', async () => {
    const ann = await create('Ann', 'ADMIN');
    expect(ann).to.include({ email: 'Ann@firm.example', name: 'Ann', role: 'ADMIN' });
    expect(ann).to.include({ passwordHash: 'hash', isActive: true, lastSeenAt: null });
    expect(await accounts.list()).to.deep.equal([ann]);
    expect(await accounts.count()).to.equal(1);
  });

  it('finds an account by its whole address in any case', async () => {
    const ann = await create('Ann');
    expect(await accounts.findByEmail('aNN@FIRM.example')).to.deep.equal(ann);
    expect(await accounts.findByEmail('nn@firm.example')).to.be.undefined;
  });

  it('refuses a second account with the same address in another case', async () => {
    const ann = await create('ann', 'ADMIN');
    expect(await create('ANN')).to.be.undefined;
    expect(await accounts.list()).to.deep.equal([ann]);
    expect(await events()).to.have.length(1);
  });

  it('keeps the last active administrator', async () => {
    const ann = await create('Ann', 'ADMIN');
    const eve = await create('Eve', 'ADMIN');
    await create('Bob');
    expect(await accounts.change(eve!.id, { isActive: false }, ann!.id)).to.be.true;
    expect(await accounts.change(ann!.id, { isActive: false }, ann!.id)).to.be.false;
    expect(await accounts.findByEmail('ann@firm.example')).to.include({ isActive: true });
    expect((await events()).filter(({ action }) => action === 'ACCOUNT_DISABLED')).to.have.length(
      1,
    );
  });

  for (const [name, change] of [
    ['disable', (id: string, actor: string) => accounts.change(id, { isActive: false }, actor)],
    ['demote', (id: string, actor: string) => accounts.change(id, { role: 'ATTORNEY' }, actor)],
  ] as const) {
    it(`keeps one of two administrators who ${name} each other at the same moment`, async () => {
      for (let round = 0; round < 5; round++) {
        const ann = await create(`Ann${round}`, 'ADMIN');
        const eve = await create(`Eve${round}`, 'ADMIN');
        const done = await Promise.all([change(eve!.id, ann!.id), change(ann!.id, eve!.id)]);
        expect(done).to.have.members([true, false]);
        const left = await owner('accounts').where({ is_active: true, role: 'ADMIN' });
        expect(left).to.have.length(1);
        await owner('accounts').delete();
      }
    });
  }

  it('keeps one of two administrators when one is disabled while the other is demoted', async () => {
    for (let round = 0; round < 5; round++) {
      const ann = await create(`Ann${round}`, 'ADMIN');
      const eve = await create(`Eve${round}`, 'ADMIN');
      const done = await Promise.all([
        accounts.change(eve!.id, { role: 'ATTORNEY' }, ann!.id),
        accounts.change(ann!.id, { isActive: false }, eve!.id),
      ]);
      expect(done).to.have.members([true, false]);
      const left = await owner('accounts').where({ is_active: true, role: 'ADMIN' });
      expect(left).to.have.length(1);
      await owner('accounts').delete();
    }
  });

  it('does not count a disabled administrator', async () => {
    const ann = await create('Ann', 'ADMIN');
    const eve = await create('Eve', 'ADMIN');
    await accounts.change(eve!.id, { isActive: false }, ann!.id);
    expect(await accounts.change(ann!.id, { role: 'ATTORNEY' }, ann!.id)).to.be.false;
    expect(await accounts.find(ann!.id)).to.include({ role: 'ADMIN' });
    expect(await accounts.change(eve!.id, { role: 'ATTORNEY' }, ann!.id)).to.be.true;
    expect(await accounts.find(eve!.id)).to.include({ role: 'ATTORNEY', isActive: false });
  });

  it('changes role and password together or not at all', async () => {
    const ann = await create('Ann', 'ADMIN');
    const change = { role: 'ATTORNEY', passwordHash: 'other-hash' } as const;
    expect(await accounts.change(ann!.id, change, 'system')).to.be.false;
    expect(await accounts.find(ann!.id)).to.deep.equal(ann);
    await create('Eve', 'ADMIN');
    expect(await accounts.change(ann!.id, change, 'system')).to.be.true;
    expect(await accounts.find(ann!.id)).to.include(change);
    const ofAnn = (await events()).slice(-2).map(({ action }) => action);
    expect(ofAnn).to.deep.equal(['ROLE_CHANGED', 'PASSWORD_SET']);
  });

  it('marks a password as temporary unless the account sets it itself', async () => {
    const ann = await create('Ann', 'ADMIN');
    expect(ann).to.include({ mustChangePassword: false });
    const isTemporary = async () => (await accounts.find(ann!.id))?.mustChangePassword;
    for (const [actor, temporary] of [
      ['system', true],
      [ann!.id, false],
      ['00000000-0000-4000-8000-000000000000', true],
    ] as const) {
      await accounts.setPassword(ann!.id, 'other-hash', actor);
      expect(await isTemporary(), `setPassword by ${actor}`).to.equal(temporary);
      await accounts.change(ann!.id, { role: 'ADMIN' }, 'system');
      expect(await isTemporary(), 'after another change').to.equal(temporary);
      await accounts.change(ann!.id, { passwordHash: 'hash' }, actor);
      expect(await isTemporary(), `change by ${actor}`).to.equal(temporary);
    }
  });

  it('records no event when nothing changes', async () => {
    const ann = await create('Ann', 'ADMIN');
    const before = await events();
    expect(await accounts.change(ann!.id, { role: 'ADMIN' }, 'system')).to.be.true;
    expect(await accounts.change(ann!.id, { isActive: true }, 'system')).to.be.true;
    expect(await events()).to.deep.equal(before);
  });

  it('changes nothing for an unknown account', async () => {
    const ann = await create('Ann', 'ADMIN');
    const id = '00000000-0000-4000-8000-000000000000';
    const before = await events();
    expect(await accounts.find(id)).to.be.undefined;
    expect(await accounts.find(ann!.id)).to.deep.equal(ann);
    expect(await accounts.change(id, { role: 'ADMIN' }, 'system')).to.be.false;
    expect(await accounts.change(id, { isActive: true }, 'system')).to.be.false;
    await accounts.setPassword(id, 'other-hash', 'system');
    expect(await events()).to.deep.equal(before);
  });

  it('records when an account was last seen, at most once a minute', async () => {
    const ann = await create('Ann');
    const bob = await create('Bob');
    const find = async () => (await accounts.findByEmail('ann@firm.example'))!;
    const lastSeen = async () => (await find()).lastSeenAt!;
    const setLastSeen = (seconds: number) =>
      owner('accounts')
        .where({ id: ann!.id })
        .update({ last_seen_at: owner.raw("now() - ? * interval '1 second'", [seconds]) });

    await accounts.seen(await find());
    expect(Date.now() - Number(await lastSeen())).to.be.below(10_000);
    await setLastSeen(50);
    const before = await lastSeen();
    await accounts.seen(await find());
    expect(await lastSeen()).to.deep.equal(before);
    await setLastSeen(61);
    await accounts.seen(await find());
    expect(Number(await lastSeen())).to.be.above(Number(before));
    expect(await accounts.findByEmail(bob!.email)).to.include({ lastSeenAt: null });
  });

  it('records ids in the audit, without personal data', async () => {
    const ann = await create('Ann', 'ADMIN');
    const bob = await create('Bob');
    await accounts.setPassword(bob!.id, 'other-hash', bob!.id);
    await accounts.change(bob!.id, { isActive: false }, ann!.id);
    await accounts.change(bob!.id, { isActive: true }, ann!.id);
    await accounts.change(bob!.id, { role: 'ADMIN' }, ann!.id);
    const details = { account_id: bob!.id };
    expect(await events()).to.deep.equal([
      {
        actor: 'system',
        action: 'ACCOUNT_CREATED',
        details: { account_id: ann!.id, role: 'ADMIN' },
      },
      { actor: 'system', action: 'ACCOUNT_CREATED', details: { ...details, role: 'ATTORNEY' } },
      { actor: bob!.id, action: 'PASSWORD_SET', details },
      { actor: ann!.id, action: 'ACCOUNT_DISABLED', details },
      { actor: ann!.id, action: 'ACCOUNT_ENABLED', details },
      { actor: ann!.id, action: 'ROLE_CHANGED', details: { ...details, role: 'ADMIN' } },
    ]);
    expect(await accounts.findByEmail(bob!.email)).to.include({
      isActive: true,
      passwordHash: 'other-hash',
    });
    expect(await accounts.findByEmail(ann!.email)).to.include({ passwordHash: 'hash' });
  });
});
