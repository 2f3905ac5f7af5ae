import { expect } from 'chai';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hashPassword } from '../../../common/accounts/passwords';
import {
  internalConfig,
  password,
  startInternalApp,
  type InternalFixture,
} from '../../support/apps/internal-app';

const office = '10.0.0.1';
const guessers = 40;
const cost = 13; // log2 of N: 20 ms, of which there are many here
const nameOf = (n: number) => `name${n}@firm.example`;

/** Somebody who has signed in from the office before, while forty clients guess without a pause. */
describe('signing in under attack', () => {
  let fixture: InternalFixture;
  let server: Server;
  let answered: number[]; // the guessers' statuses, in order
  let isOver: boolean;
  let attack: Promise<unknown>;

  beforeEach(async () => {
    fixture = await startInternalApp({ config: { ...internalConfig, trustedProxyHops: 1 } });
    const password_hash = await hashPassword(password, cost);
    await fixture.owner('accounts').update({ password_hash });
    await fixture.owner('accounts').insert(
      Array.from({ length: guessers }, (_, n) => ({
        ...{ email: nameOf(n), name: 'Somebody', role: 'ATTORNEY', password_hash },
      })),
    );
    server = createServer((req, res) => void fixture.app.callback()(req, res)).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    answered = [];
    isOver = false;
  });

  afterEach(async () => {
    isOver = true;
    await attack;
    server.closeAllConnections();
    server.close();
    await fixture.close();
  });

  async function statusOf(name: string, given: string, from: string): Promise<number> {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/api/me`, {
      headers: {
        authorization: `Basic ${Buffer.from(`${name}:${given}`).toString('base64')}`,
        'x-forwarded-for': from,
      },
    });
    await response.arrayBuffer();
    return response.status;
  }

  /** Starts the guessers, and waits until `hashes` of their guesses have been refused. */
  async function begin(victim: (guesser: number) => string, from: string[], hashes = 5) {
    const guess = async (guesser: number) => {
      const network = from[guesser % from.length]!;
      for (let i = 0; !isOver; i++) {
        answered.push(await statusOf(victim(guesser), `guess ${guesser} ${i}`, network));
      }
    };
    attack = Promise.all(Array.from({ length: guessers }, (_, guesser) => guess(guesser)));
    while (hashed(answered) < hashes) await new Promise((done) => setTimeout(done, 20));
  }

  const hashed = (statuses: number[]) => statuses.filter((status) => status === 401).length;

  /** Signs in, and returns how many guesses were hashed in the meantime. */
  async function hashedBefore(name: string, from: string): Promise<number> {
    const before = answered.length;
    expect(await statusOf(name, password, from)).to.equal(200);
    return hashed(answered.slice(before));
  }

  /** As after five minutes: the password is no longer remembered. */
  const forget = async () =>
    fixture.owner('accounts').update({ password_hash: await hashPassword(password, cost) });

  const networks = Array.from({ length: guessers }, (_, guesser) => `10.1.${guesser}.1`);
  const ann = 'ann@firm.example';

  for (const [name, from, victim] of [
    ['forty networks that guess the account', networks, () => ann],
    ['forty networks that guess many names', networks, nameOf],
    ['forty clients of its own network that guess many names', [office], nameOf],
  ] as const) {
    it(`comes before ${name}`, async () => {
      expect(await statusOf(ann, password, office)).to.equal(200);
      await forget();
      await begin(victim, [...from]);
      expect(await hashedBefore(ann, office)).to.be.at.most(4); // one was under way, some answers too
    });
  }

  it('takes no hash at work while its own network guesses the account', async () => {
    expect(await statusOf(ann, password, office)).to.equal(200);
    await begin(() => ann, [office]);
    for (let i = 0; i < 20; i++) expect(await statusOf(ann, password, office)).to.equal(200);
  });

  it('comes first from a new network, once each guesser has failed', async () => {
    await begin(nameOf, networks, guessers + 2);
    expect(await hashedBefore(ann, '10.9.9.9')).to.be.at.most(4);
  });
});
