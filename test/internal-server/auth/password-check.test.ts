import { expect } from 'chai';
import type { Account } from '../../../common/accounts/repository';
import { hashPassword } from '../../../common/accounts/passwords';
import { createPasswordCheck } from '../../../internal-server/auth/password-check';
import { rejection } from '../../support/rejection';

const password = 'correct horse battery';
const fiveMinutesMs = 5 * 60 * 1000;

describe('the password check', function () {
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

  it('tells the right password from a wrong one, and from that of nobody', async () => {
    const check = createPasswordCheck();
    expect(await check(ann, password)).to.be.true;
    expect(await check(ann, `${password} `)).to.be.false;
    expect(await check(undefined, password)).to.be.false;
  });

  it('knows the cost of each hash, and that of those which do not say it', async () => {
    const [kind, cost, ...rest] = ann.passwordHash.split('$');
    expect([kind, cost]).to.deep.equal(['scrypt', '17']);
    const check = createPasswordCheck();
    const cheap = await hashPassword(password, 1);
    for (const passwordHash of [cheap, [kind, ...rest].join('$')]) {
      expect(await check({ ...ann, passwordHash }, password)).to.be.true;
      expect(await check({ ...ann, passwordHash }, 'wrong')).to.be.false;
    }
    expect(await check({ ...ann, passwordHash: cheap.replace('$1$', '$2$') }, password)).to.be
      .false;
  });

  it('remembers a right password for five minutes and no longer', async () => {
    let now = 1000;
    const check = createPasswordCheck(() => now);
    expect(check.recently(ann, password)).to.be.false;
    await check(ann, password);
    expect(check.recently(ann, password)).to.be.true;
    now += fiveMinutesMs - 1;
    expect(check.recently(ann, password)).to.be.true;
    now += 1;
    expect(check.recently(ann, password)).to.be.false;
  });

  it('remembers no wrong password, and a right one for its account only', async () => {
    const check = createPasswordCheck();
    await check(ann, 'wrong');
    await check(ann, password);
    await check(undefined, password);
    expect(check.recently(ann, 'wrong')).to.be.false;
    expect(check.recently({ ...ann, id: '2' }, password)).to.be.false;
    expect(check.recently(undefined, password)).to.be.false;
  });

  it('forgets at once when the account has a new hash', async () => {
    const check = createPasswordCheck();
    await check(ann, password);
    const passwordHash = await hashPassword('another one');
    expect(check.recently({ ...ann, passwordHash }, password)).to.be.false;
  });

  it('is one check, admitted once, for the same question asked meanwhile', async () => {
    const check = createPasswordCheck();
    let admitted = 0;
    const admit = () => Promise.resolve(admitted++);
    const ask = (given: string) => check(ann, given, admit);
    const answers = await Promise.all([ask(password), ask(password), ask('wrong')]);
    expect(answers).to.deep.equal([true, true, false]);
    expect(admitted).to.equal(2);
    await ask('wrong');
    expect(admitted).to.equal(3);
  });

  it('answers nothing that was not admitted', async () => {
    const check = createPasswordCheck();
    const refused = new Error('Too many');
    const asked = check(ann, password, () => Promise.reject(refused));
    expect(await rejection(asked)).to.equal(refused);
    expect(check.recently(ann, password)).to.be.false;
    expect(await check(ann, password)).to.be.true;
  });
});
