import { expect } from 'chai';
import supertest from 'supertest';
import {
  internalConfig,
  password,
  startInternalApp,
  type InternalFixture,
} from '../../support/apps/internal-app';
import { startPublicApp, type PublicFixture } from '../../support/apps/public-app';

const oneYear = 365 * 24 * 60 * 60;

describe('securityHeaders, on every response', () => {
  let internal: InternalFixture;
  let plain: InternalFixture;
  let form: PublicFixture;

  before(async () => {
    internal = await startInternalApp({
      config: { ...internalConfig, baseUrl: 'https://desk.example' },
    });
    plain = await startInternalApp();
    form = await startPublicApp();
  });

  after(async () => {
    await Promise.all([internal.close(), plain.close(), form.close()]);
  });

  const get = (fixture: InternalFixture | PublicFixture, url: string) =>
    supertest(fixture.app.callback()).get(url);

  const signedIn = (url: string) => get(internal, url).auth('ann@firm.example', password);

  /** Pages, files, JSON, refusals and what does not exist, of both servers. */
  async function responses(): Promise<supertest.Response[]> {
    const { id } = await internal.addLead();
    const urls = [
      '/leads',
      `/leads/${id}`,
      `/leads/${id}/resume`,
      '/leads.csv',
      '/api/me',
      '/docs',
    ];
    return Promise.all([
      ...['/', '/thank-you', '/assets/public.css', '/healthz', '/nothing', '/leads'].map((url) =>
        get(form, url),
      ),
      ...[...urls, '/assets/internal.css', '/outbox', '/nothing'].map(signedIn),
      get(internal, '/leads'),
      get(internal, '/readyz'),
    ]);
  }

  it('let nothing be framed, sniffed, based elsewhere or run but our own files', async () => {
    for (const { headers, request } of await responses()) {
      const { url } = request as { url: string };
      const policy = String(headers['content-security-policy']).split(/; ?/);
      expect(policy, url).to.include.members([
        "default-src 'none'", // and with it object-src
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ]);
      expect(policy.join(), url).to.not.match(/unsafe-(inline|eval)|object-src/);
      expect(headers['x-content-type-options'], url).to.equal('nosniff');
      expect(headers['referrer-policy'], url).to.equal('same-origin');
    }
  });

  it('ask for https for a year, on every host below', async () => {
    for (const { headers, request } of await responses()) {
      const { url } = request as { url: string };
      const [, seconds] = /^max-age=(\d+); includeSubDomains$/.exec(
        String(headers['strict-transport-security']),
      ) ?? [undefined, 'no header'];
      expect(Number(seconds), url).to.be.at.least(oneYear);
    }
  });

  it('do not ask for https where the desk is reached without it', async () => {
    const { headers } = await get(plain, '/healthz');
    expect(headers['strict-transport-security']).to.be.undefined;
  });

  it('name the encoding of every text', async () => {
    for (const { headers, request } of await responses()) {
      const type = headers['content-type'];
      if (!String(type).startsWith('text/')) continue;
      expect(type, (request as { url: string }).url).to.match(/; charset=utf-8$/i);
    }
  });
});
