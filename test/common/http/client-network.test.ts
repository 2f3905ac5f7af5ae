import { expect } from 'chai';
import { networkOf, siteOf } from '../../../common/http/client-network';
import { startPublicApp, submit, type PublicFixture } from '../../support/apps/public-app';

describe('networkOf', () => {
  for (const [text, network] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::ffff', '2001:db8:1:2::/64'],
    ['2001:db8:1::2:3:4:5', '2001:db8:1:0::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['fe80::1%192.0.2.1', 'fe80:0:0:0::/64'],
    ['192.0.2.1:50000', '192.0.2.1'],
    ['[2001:db8::1]', '2001:db8:0:0::/64'],
    ['[2001:db8::1]:50000', '2001:db8:0:0::/64'],
    ['[::ffff:192.0.2.1]:1', '192.0.2.1'],
  ] as const) {
    it(`returns ${network} for ${text}`, () => {
      expect(networkOf(text)).to.equal(network);
    });
  }

  for (const text of [
    ...['', ' ', 'unknown', '_hidden', '192.0.2', '192.0.2.256', '192.0.2.01', '0x7f.0.0.1'],
    ...['1:2:3:4:5:6:7:8:9', '1::2::3', '[192.0.2.1', '192.0.2.1:', ':80', '2001:db8::g', '[]'],
    ...['192.0.2.1 ', '"192.0.2.1"', 'for=192.0.2.1', 'limit:all', '\0', 'a'.repeat(100_000)],
  ]) {
    it(`returns undefined for ${JSON.stringify(text.slice(0, 20))}`, () => {
      expect(networkOf(text)).to.be.undefined;
    });
  }
});

type Headers = Record<string, string | string[]>;

/** What a client may invent, a new one for each request. */
const inventions: [string, (n: number) => Headers][] = [
  ['Forwarded', (n) => ({ Forwarded: `for=192.0.2.${n};proto=https` })],
  ['X-Real-IP', (n) => ({ 'X-Real-IP': `192.0.2.${n}` })],
  ['CF-Connecting-IP', (n) => ({ 'CF-Connecting-IP': `192.0.2.${n}` })],
  ['True-Client-IP', (n) => ({ 'True-Client-IP': `192.0.2.${n}`, 'X-Client-IP': `192.0.2.${n}` })],
  ['X-Forwarded-For', (n) => ({ 'X-Forwarded-For': `192.0.2.${n}` })],
  ['a list of addresses', (n) => ({ 'X-Forwarded-For': `192.0.2.${n}, 198.51.100.${n}` })],
  ['a repeated header', (n) => ({ 'X-Forwarded-For': [`192.0.2.${n}`, `198.51.100.${n}`] })],
  [
    'other spellings',
    (n) => ({ 'x-FORWARDED-for': `192.0.2.${n}`, X_Forwarded_For: `192.0.2.${n}` }),
  ],
  ['empty entries', (n) => ({ 'X-Forwarded-For': `192.0.2.${n},,, ,` })],
  ['garbage', (n) => ({ 'X-Forwarded-For': `unknown${n}, <script>${n}` })],
];

describe('forged addresses', () => {
  const max = 2;
  let fixture: PublicFixture;

  const start = async (trustedProxyHops: number) => {
    const rateLimit = { max, windowMs: 60_000 };
    fixture = await startPublicApp({ config: { rateLimit, trustedProxyHops } });
  };
  afterEach(() => fixture.close());

  async function statusWith(headers: Headers): Promise<number> {
    const request = submit(fixture.app, {}, { json: true });
    for (const [name, value] of Object.entries(headers)) request.set(name, value as string);
    return (await request).status;
  }

  /** As proxies do: each appends the address that it sees, the last one in a header of its own. */
  function through(addresses: string[], { 'X-Forwarded-For': sent, ...others }: Headers): Headers {
    const forwarded = [sent ?? [], addresses].flat();
    return { ...others, 'X-Forwarded-For': forwarded };
  }

  for (const [name, invent] of inventions) {
    it(`gain nothing by ${name} without a proxy`, async () => {
      await start(0);
      const statuses = [];
      for (const n of [1, 2, 3, 4]) statuses.push(await statusWith(invent(n)));
      expect(statuses).to.deep.equal([201, 201, 429, 429]);
    });

    it(`gain nothing by ${name} behind one or two trusted proxies`, async () => {
      for (const hops of [[], ['203.0.113.9']]) {
        await start(1 + hops.length);
        const statuses = [];
        for (const n of [1, 2, 3]) {
          statuses.push(await statusWith(through(['203.0.113.1', ...hops], invent(n))));
        }
        expect(statuses).to.deep.equal([201, 201, 429]);
        expect(await statusWith(through(['203.0.113.2', ...hops], invent(9)))).to.equal(201);
        if (hops.length === 0) await fixture.close();
      }
    });
  }

  it('gain nothing by a port, by brackets, or by other addresses of one /64', async () => {
    await start(1);
    const named = (address: string) => statusWith({ 'X-Forwarded-For': address });
    expect(await named('203.0.113.1:1')).to.equal(201);
    expect(await named('203.0.113.1:2')).to.equal(201);
    expect(await named('::ffff:203.0.113.1')).to.equal(429);
    expect(await named('[2001:db8::1]:1')).to.equal(201);
    expect(await named('2001:db8::2')).to.equal(201);
    expect(await named('2001:db8:0:0:ffff::')).to.equal(429);
    expect(await named('2001:db8:0:1::')).to.equal(201);
  });

  it('count as the proxy’s own address where it names none', async () => {
    await start(1);
    const statuses = [];
    for (const value of ['unknown', '', 'unknown2', '%00']) {
      statuses.push(await statusWith(value ? { 'X-Forwarded-For': value } : {}));
    }
    expect(statuses).to.deep.equal([201, 201, 429, 429]);
  });
});

describe('siteOf', () => {
  it('is the /48 of an IPv6 network, and an IPv4 address itself', () => {
    expect(siteOf(networkOf('2001:db8:1:2::3')!)).to.equal('2001:db8:1::/48');
    expect(siteOf(networkOf('2001:db8:1:ff::3')!)).to.equal('2001:db8:1::/48');
    expect(siteOf(networkOf('10.1.2.3')!)).to.equal('10.1.2.3');
  });
});
