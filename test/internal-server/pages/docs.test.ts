import { expect } from 'chai';
import { startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

describe('GET /docs', () => {
  let fixture: InternalFixture;

  before(async () => {
    fixture = await startInternalApp();
  });

  after(async () => {
    await fixture.close();
  });

  it('loads files from its own origin only', async () => {
    const { status, type, text } = await fixture.get('/docs');
    expect([status, type]).to.deep.equal([200, 'text/html']);
    const files = [...text.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, url]) => url!);
    expect(files).to.include.members([
      '/docs/swagger-ui.css',
      '/docs/swagger-ui-bundle.js',
      '/assets/docs.js',
    ]);
    for (const url of files) {
      expect(url).to.match(/^\/[^/]/);
      const file = await fixture.get(url);
      expect(file.status, url).to.equal(200);
      expect(file.type, url).to.match(url.endsWith('.css') ? /^text\/css$/ : /javascript$/);
    }
    expect((await fixture.get('/assets/docs.js')).text).to.include("'/openapi.json'");
  });

  it('allows the inline images of swagger-ui, and nothing else besides', async () => {
    const policyOf = async (url: string) =>
      String((await fixture.get(url)).headers['content-security-policy']).split(';');
    const [here, elsewhere] = [await policyOf('/docs'), await policyOf('/leads')];
    const differing = (a: string[], b: string[]) => a.filter((rule) => !b.includes(rule));
    expect(differing(elsewhere, here)).to.deep.equal(["img-src 'self'"]);
    expect(differing(here, elsewhere)).to.deep.equal(["img-src 'self' data:"]);
    expect(await policyOf('/docs/swagger-ui.css')).to.deep.equal(elsewhere);
  });

  for (const file of ['package.json', 'index.html', 'swagger-ui.css.map', '..%2fpackage.json']) {
    it(`does not serve ${file}`, async () => {
      expect((await fixture.get(`/docs/${file}`)).status).to.equal(404);
    });
  }
});
