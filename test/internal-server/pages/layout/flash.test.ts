import { expect } from 'chai';
import {
  internalConfig,
  startInternalApp,
  type InternalFixture,
} from '../../../support/apps/internal-app';

describe('the cookie of the flash message', () => {
  let fixture: InternalFixture;

  before(async () => {
    fixture = await startInternalApp({ config: { ...internalConfig, trustedProxyHops: 1 } });
  });

  after(async () => {
    await fixture.close();
  });

  let id: string;

  async function change(protocol: string): Promise<string[]> {
    ({ id } = await fixture.addLead());
    const { headers } = await fixture
      .post(`/leads/${id}/reached-out`)
      .set('X-Forwarded-Proto', protocol);
    const cookies = headers['set-cookie'] as unknown as string[];
    for (const cookie of cookies) {
      expect(cookie)
        .to.match(/; samesite=(strict|lax)\b/)
        .and.include('; httponly');
      expect(cookie.startsWith('__Host-')).to.equal(protocol === 'https');
      expect(cookie.includes('; secure')).to.equal(protocol === 'https');
    }
    if (protocol === 'https') {
      expect(cookies.join('\n')).to.match(/^__Host-browser=.*; samesite=lax\b/m);
    }
    const flash = cookies.find((cookie) => /^(__Host-)?flash=/.test(cookie))!;
    return flash.split('; ').filter((part) => !part.startsWith('expires='));
  }

  it('is tied to this host and to https, where the proxy says https', async () => {
    const parts = await change('https');
    expect(parts[0]).to.equal(`__Host-flash=REACHED_OUT.${id}`);
    expect(parts.slice(1)).to.have.members(['path=/', 'samesite=strict', 'secure', 'httponly']);
    const next = await fixture
      .get('/leads')
      .set('X-Forwarded-Proto', 'https')
      .set('Cookie', parts[0]!);
    expect(next.text).to.match(/Marked <bdi>Carla Moreno<\/bdi> as reached out\./);
    expect(String(next.headers['set-cookie'])).to.match(/^__Host-flash=;.*secure/);
  });

  it('works without https, too, where browsers refuse that prefix', async () => {
    const parts = await change('http');
    expect(parts).to.have.members([
      `flash=REACHED_OUT.${id}`,
      'path=/',
      'samesite=strict',
      'httponly',
    ]);
  });
});
