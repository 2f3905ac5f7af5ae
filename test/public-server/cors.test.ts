import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import supertest, { type Response } from 'supertest';
import { startPublicApp, submit, type PublicFixture } from '../support/apps/public-app';

const site = 'https://www.lee.example';
const other = 'http://localhost:8080';

const strangers = [
  'https://evil.example',
  'http://www.lee.example',
  'https://www.lee.example:444',
  'https://www.lee.example/',
  'https://WWW.lee.example',
  'https://lee.example',
  'https://www.lee.example.evil.example',
  'https://evilwww.lee.example',
  `${site},${other}`,
  `${site} ${other}`,
  'null',
  '*',
  '',
];

describe('scripts of other origins', () => {
  let fixture: PublicFixture;
  const start = async (corsOrigins: string[], max = 1000) => {
    const rateLimit = { max, windowMs: 60_000 };
    fixture = await startPublicApp({ config: { corsOrigins, rateLimit, maxResumeBytes: 1024 } });
  };
  afterEach(() => fixture.close());

  const preflight = (origin: string, url = '/leads') =>
    supertest(fixture.app.callback())
      .options(url)
      .set({ Origin: origin, 'Access-Control-Request-Method': 'POST' })
      .set('Access-Control-Request-Headers', 'accept,idempotency-key');

  /** Names of the headers that allow something. */
  const allowances = ({ headers }: Response) =>
    Object.keys(headers).filter((name) => name.startsWith('access-control-'));

  function expectReadable(answer: Response, origin = site): void {
    expect(answer.headers['access-control-allow-origin']).to.equal(origin);
    expect(answer.headers['access-control-expose-headers']).to.include('Retry-After');
    expect(answer.headers['access-control-allow-credentials']).to.be.undefined;
    expect(answer.headers.vary).to.match(/\bOrigin\b/);
  }

  it('may do nothing unless an origin is allowed', async () => {
    await start([]);
    for (const origin of [site, ...strangers]) {
      expect(allowances(await preflight(origin)), origin).to.be.empty;
      const answer = await submit(fixture.app).set('Origin', origin);
      expect(answer.status).to.equal(303);
      expect(allowances(answer), origin).to.be.empty;
    }
  });

  it('may send and read from an allowed origin, and from no other', async () => {
    await start([site, other]);
    for (const origin of [site, other]) {
      const answer = await submit(fixture.app, {}, { json: true }).set('Origin', origin);
      expect(answer.status).to.equal(201);
      expectReadable(answer, origin);
    }
    for (const origin of strangers) {
      const answer = await submit(fixture.app, {}, { json: true }).set('Origin', origin);
      expect(allowances(answer), origin).to.be.empty;
      expect(answer.headers.vary).to.match(/\bOrigin\b/);
      const asked = await preflight(origin);
      expect(allowances(asked), origin).to.be.empty;
      expect(asked.headers.vary).to.match(/\bOrigin\b/);
    }
  });

  it('learn from the preflight what they may send', async () => {
    await start([site]);
    const answer = await preflight(site);
    expect(answer.status).to.equal(204);
    expectReadable(answer);
    expect(answer.headers['access-control-allow-methods']).to.equal('POST');
    const headers = answer.headers['access-control-allow-headers']!.toLowerCase().split(', ');
    expect(headers).to.include.members(['accept', 'idempotency-key']);
    expect(headers).to.not.include('*');
  });

  it('can read errors, and Retry-After', async () => {
    await start([site], 4);
    const send = (form: Parameters<typeof submit>[1]) =>
      submit(fixture.app, form, { json: true }).set('Origin', site);
    const key = randomUUID();
    await send({ submission_id: key });
    const answers = [
      await send({ email: 'nobody' }),
      await send({ resume: Buffer.alloc(2000, 'a') }),
      await send({ submission_id: key, email: 'bob@example.com' }),
      await send({}),
    ];
    expect(answers.map(({ status }) => status)).to.deep.equal([422, 413, 409, 429]);
    for (const answer of answers) expectReadable(answer);
    expect(answers[3]!.headers['retry-after']).to.match(/^\d+$/);
  });

  it('that ask for no JSON can follow to the thank-you page, and read nothing else', async () => {
    await start([site]);
    const get = (url: string) => supertest(fixture.app.callback()).get(url).set('Origin', site);
    const sent = await submit(fixture.app).set('Origin', site);
    expectReadable(sent);
    expectReadable(await get(sent.headers.location!));
    for (const url of ['/', '/healthz', '/readyz', '/assets/public.css', '/leads/1', '/nothing']) {
      expect(allowances(await get(url)), url).to.be.empty;
      expect(allowances(await preflight(site, url)), url).to.be.empty;
    }
  });

  it('do not use up the rate limit by preflights', async () => {
    await start([site], 1);
    for (let i = 0; i < 3; i++) expect((await preflight(site)).status).to.equal(204);
    expect((await submit(fixture.app).set('Origin', site)).status).to.equal(303);
  });
});
