import { expect } from 'chai';
import Koa from 'koa';
import { createHmac } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { decoyHash, hashPassword } from '../../../common/accounts/passwords';
import type { Account } from '../../../common/accounts/repository';
import { rejection } from '../../support/rejection';
import { createPasswordCheck } from '../../../internal-server/auth/password-check';

const password = 'correct horse battery';
const fiveMinutesMs = 5 * 60 * 1000;

/** A request from a network, with the cookie that an earlier one was given. */
function request(network: string, cookie = '') {
  const req = new IncomingMessage(new Socket());
  Object.assign(req, { url: '/leads', method: 'GET', headers: { cookie } });
  const ctx = new Koa().createContext(req, new ServerResponse(req));
  ctx.state.network = network;
  return ctx;
}

/** Returns the status of the error. */
const refusal = async (asked: Promise<unknown>) =>
  ((await rejection(asked)) as Error & { status?: number }).status;

const cookieOf = (ctx: ReturnType<typeof request>) =>
  ctx.response.get('Set-Cookie')[0]!.split(';')[0]!;

describe('createPasswordCheck', function () {
  this.timeout(60_000); // hashes are slow on purpose
  let ann: Account;
  let now: number;
  let isRight: ReturnType<typeof createPasswordCheck>;
  let hashed: number;

  before(async () => {
    ann = {
      id: '1',
      email: 'Ann@firm.example',
      name: 'Ann',
      role: 'ATTORNEY',
      passwordHash: await hashPassword(password, 1),
      isActive: true,
      mustChangePassword: false,
      createdAt: new Date(),
      lastSeenAt: null,
    };
  });

  beforeEach(() => {
    now = Date.now();
    hashed = 0;
    const signIns = {
      sign: (text: string) =>
        Promise.resolve(createHmac('md5', 'key').update(text).digest('base64url')),
      isKnown: () => Promise.resolve(Boolean(++hashed) && false), // asked before each hash
    };
    const refusals = { failed: () => Promise.resolve(), limited: () => Promise.resolve() };
    isRight = createPasswordCheck({ refusals, signIns, decoyHash: () => decoyHash(1) }, () => now);
  });

  const ask = (given: string, account: Account = ann, from = request('office')) =>
    isRight(from, account.email, account, given);

  it('accepts the right password, refuses a wrong one and an unknown account', async () => {
    expect(await ask(password)).to.be.true;
    expect(await ask(`${password} `)).to.be.false;
    expect(await isRight(request('office'), 'eve@firm.example', undefined, password)).to.be.false;
  });

  it('verifies hashes of each cost, and those that do not name theirs', async () => {
    const usual = await hashPassword(password);
    const [kind, cost, ...rest] = usual.split('$');
    expect([kind, cost]).to.deep.equal(['scrypt', '17']);
    for (const passwordHash of [usual, ann.passwordHash, [kind, ...rest].join('$')]) {
      expect(await ask(password, { ...ann, passwordHash })).to.be.true;
      expect(await ask('wrong', { ...ann, passwordHash })).to.be.false;
    }
    const otherCost = ann.passwordHash.replace('$1$', '$2$');
    expect(await ask(password, { ...ann, passwordHash: otherCost })).to.be.false;
  });

  it('remembers a right password for five minutes and no longer', async () => {
    await ask(password);
    now += fiveMinutesMs - 1;
    await ask(password);
    expect(hashed).to.equal(1);
    now += 1;
    await ask(password);
    expect(hashed).to.equal(2);
  });

  it('remembers a right password for its account, its network and its hash only', async () => {
    await ask(password);
    const passwordHash = await hashPassword('another one', 1);
    expect(await ask(password, { ...ann, passwordHash })).to.be.false;
    expect(await ask(password, { ...ann, email: 'bob@firm.example' })).to.be.true;
    expect(await ask(password, ann, request('home'))).to.be.true;
    expect(hashed).to.equal(4);
  });

  for (const [name, isTheirs] of [
    ['a known account', true],
    ['an unknown account', false],
  ] as const) {
    it(`shares one hash between equal guesses at the same time, for ${name}`, async () => {
      const account = isTheirs ? ann : undefined;
      const guess = (given: string) =>
        isRight(request('office'), 'eve@firm.example', account, given);
      for (let i = 0; i < 9; i++) await guess(`wrong${i}`);
      expect(await Promise.all([guess('same'), guess('same'), guess('same')])).to.deep.equal([
        ...[false, false, false],
      ]);
      // They counted as one, which was the tenth.
      expect(await refusal(guess('other'))).to.equal(429);
    });
  }

  it('lets nobody in after too many failures, but who signed in before from there', async () => {
    await ask(password);
    for (let i = 0; i < 10; i++) await ask(`wrong${i}`);
    expect(await refusal(ask('wrong'))).to.equal(429);
    expect(await ask(password)).to.be.true;
    now += fiveMinutesMs;
    expect(await refusal(ask(password))).to.equal(429);
  });

  it('gives a browser a cookie by which others’ guesses from its network do not count', async () => {
    const first = request('office');
    await ask(password, ann, first);
    expect(first.response.get('Set-Cookie')[0]).to.match(/; httponly$/i);
    for (let i = 0; i < 11; i++) await ask(`wrong${i}`).catch(() => undefined);
    now += fiveMinutesMs;
    const again = request('office', cookieOf(first));
    expect(await ask(password, ann, again)).to.be.true;
    expect(again.response.get('Set-Cookie')).to.be.undefined;
  });

  it('remembers the password for the browser that just got its cookie', async () => {
    const first = request('office');
    await ask(password, ann, first);
    const withCookie = (given: string) => ask(given, ann, request('office', cookieOf(first)));
    for (let i = 0; i < 10; i++) await withCookie(`wrong${i}`);
    expect(await withCookie(password)).to.be.true; // no hash: it would be the eleventh
    now += fiveMinutesMs;
    expect(await refusal(withCookie(password))).to.equal(429);
  });

  it('takes the cookie for its account, unchanged, for thirty days', async () => {
    const first = request('office');
    await ask(password, ann, first);
    for (let i = 0; i < 11; i++) await ask(`wrong${i}`).catch(() => undefined);
    const cookie = cookieOf(first);
    const tryWith = (changed: string) => ask('wrong', ann, request('office', changed));
    expect(await tryWith(cookie)).to.be.false;
    const changed = cookie.replace(/\d/, (digit) => String(9 - Number(digit)));
    expect(await refusal(tryWith(changed))).to.equal(429);
    now += 30 * 24 * 60 * 60 * 1000;
    expect(await refusal(tryWith(cookie))).to.equal(429);
  });
});
