import { expect } from 'chai';
import type { Account } from '../../../common/accounts/repository';
import { hashPassword } from '../../../common/accounts/passwords';
import { createPasswordCheck } from '../../../internal-server/auth/password-check';
import { rejection } from '../../support/rejection';

const password = 'correct horse battery';
const fiveMinutesMs = 5 * 60 * 1000;

describe('createPasswordCheck', function () {
  this.timeout(60_000); // hashes are slow on purpose
  let ann: Account;
  before(async () => {
    ann = {
      id: '1',
      email: 'ann@firm.example',
      name: 'Ann',
      role: 'ATTORNEY',
      passwordHash: await hashPassword(password),
      isActive: true,
      createdAt: new Date(),
      lastSeenAt: null,
    };
  });

  it('accepts the right password, refuses a wrong one and an unknown account', async () => {
    const check = createPasswordCheck();
    expect(await check.isRight(ann, password)).to.be.true;
    expect(await check.isRight(ann, `${password} `)).to.be.false;
    expect(await check.isRight(undefined, password)).to.be.false;
  });

  it('verifies hashes of each cost, and those that do not name theirs', async () => {
    const [kind, cost, ...rest] = ann.passwordHash.split('$');
    expect([kind, cost]).to.deep.equal(['scrypt', '17']);
    const check = createPasswordCheck();
    const cheap = await hashPassword(password, 1);
    for (const passwordHash of [cheap, [kind, ...rest].join('$')]) {
      expect(await check.isRight({ ...ann, passwordHash }, password)).to.be.true;
      expect(await check.isRight({ ...ann, passwordHash }, 'wrong')).to.be.false;
    }
    expect(await check.isRight({ ...ann, passwordHash: cheap.replace('$1$', '$2$') }, password)).to
      .be.false;
  });

  it('remembers a right password for five minutes and no longer', async () => {
    let now = 1000;
    const check = createPasswordCheck(() => now);
    expect(check.wasRight(ann, password)).to.be.false;
    await check.isRight(ann, password);
    expect(check.wasRight(ann, password)).to.be.true;
    now += fiveMinutesMs - 1;
    expect(check.wasRight(ann, password)).to.be.true;
    now += 1;
    expect(check.wasRight(ann, password)).to.be.false;
  });

  it('remembers no wrong password, and a right one for its account only', async () => {
    const check = createPasswordCheck();
    await check.isRight(ann, 'wrong');
    await check.isRight(ann, password);
    await check.isRight(undefined, password);
    expect(check.wasRight(ann, 'wrong')).to.be.false;
    expect(check.wasRight({ ...ann, id: '2' }, password)).to.be.false;
    expect(check.wasRight(undefined, password)).to.be.false;
  });

  it('forgets the password at once when the account has a new hash', async () => {
    const check = createPasswordCheck();
    await check.isRight(ann, password);
    const passwordHash = await hashPassword('another one');
    expect(check.wasRight({ ...ann, passwordHash }, password)).to.be.false;
  });

  it('shares one hash, admitted once, between equal checks at the same time', async () => {
    const check = createPasswordCheck();
    let admitted = 0;
    const admit = () => Promise.resolve(admitted++);
    const ask = (given: string) => check.isRight(ann, given, admit);
    const answers = await Promise.all([ask(password), ask(password), ask('wrong')]);
    expect(answers).to.deep.equal([true, true, false]);
    expect(admitted).to.equal(2);
    await ask('wrong');
    expect(admitted).to.equal(3);
  });

  it('rejects a check that is not admitted', async () => {
    const check = createPasswordCheck();
    const refused = new Error('Too many');
    const asked = check.isRight(ann, password, () => Promise.reject(refused));
    expect(await rejection(asked)).to.equal(refused);
    expect(check.wasRight(ann, password)).to.be.false;
    expect(await check.isRight(ann, password)).to.be.true;
  });
});
