import { expect } from 'chai';
import { createHash, randomUUID } from 'node:crypto';
import supertest from 'supertest';
import { startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

describe('GET /leads/:id/view', () => {
  let fixture: InternalFixture;

  before(async () => {
    fixture = await startInternalApp();
  });
  after(() => fixture.close());

  it('is a document without data that runs its own script alone', async () => {
    const { id } = await fixture.addLead({ lastName: 'Okafor' });
    const { headers, text } = await fixture.get(`/leads/${id}/view`).expect(200);
    const [, script = ''] = /<script>([^]+)<\/script>/.exec(text)!;
    const [, style = ''] = /<style>([^]+)<\/style>/.exec(text)!;
    const hash = (part: string) => createHash('sha256').update(part).digest('base64');
    expect(headers['content-security-policy']!.split('; ')).to.deep.equal([
      "default-src 'none'",
      `script-src 'sha256-${hash(script)}' blob: 'wasm-unsafe-eval'`,
      `style-src 'sha256-${hash(style)}'`,
      'worker-src blob:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'self'",
      'sandbox allow-scripts',
    ]);
    expect(headers['x-frame-options']).to.equal('SAMEORIGIN');
    expect(text).to.not.include('Okafor').and.not.include(id);
    expect(text).to.not.match(/\b(src|href)=/);
  });

  it('is there for leads that exist', async () => {
    await fixture.get(`/leads/${randomUUID()}/view`).expect(404);
    await supertest(fixture.app.callback()).get('/leads/1/view').expect(401);
  });

  it('is the only page that another may frame, and only ours', async () => {
    const { id } = await fixture.addLead();
    const { headers } = await fixture.get(`/leads/${id}`);
    expect(headers['content-security-policy']).to.include("frame-src 'self'");
    expect(headers['content-security-policy']).to.include("frame-ancestors 'none'");
    expect(headers['x-frame-options']).to.equal('DENY');
  });
});

describe('the libraries of the viewer', () => {
  let fixture: InternalFixture;
  let pdfjs: string;
  let mammoth: string;

  before(async () => {
    fixture = await startInternalApp();
    const { id } = await fixture.addLead();
    const { text } = await fixture.get(`/leads/${id}`);
    pdfjs = /data-pdfjs="(.+?)"/.exec(text)![1]!;
    mammoth = /data-mammoth="(.+?)"/.exec(text)![1]!;
  });
  after(() => fixture.close());

  const get = (url: string) => supertest(fixture.app.callback()).get(url);

  it('are kept by browsers for ever, under an address with their version', async () => {
    for (const [url, type] of [
      [`${pdfjs}legacy/build/pdf.min.mjs`, /javascript/],
      [`${pdfjs}legacy/build/pdf.worker.min.mjs`, /javascript/],
      [`${pdfjs}cmaps/UniJIS-UTF16-H.bcmap`, /octet-stream/],
      [`${pdfjs}wasm/openjpeg.wasm`, /wasm/],
      [`${mammoth}mammoth.browser.min.js`, /javascript/],
    ] as const) {
      const { headers } = await get(url).expect(200);
      expect(headers['cache-control'], url).to.equal('public, max-age=31536000, immutable');
      expect(headers['content-type'], url).to.match(type);
      expect(Number(headers['content-length']), url).to.be.above(0);
    }
  });

  it('are listed, so that no other name is asked for', async () => {
    const { text } = await get(`${pdfjs}files.json`).expect(200);
    const body = JSON.parse(text) as string[];
    expect(body).to.include('cmaps/UniJIS-UTF16-H.bcmap').and.include('wasm/jbig2.wasm');
    expect(body).to.have.length.above(180);
  });

  it('are all that is served of their packages', async () => {
    for (const file of ['package.json', 'wasm/openjpeg_nowasm_fallback.js', 'cmaps/../LICENSE']) {
      await get(pdfjs + file).expect(404);
    }
    await get(`${mammoth}lib/index.js`).expect(404);
    await get(pdfjs.replace(/\d/, '9') + 'legacy/build/pdf.min.mjs').expect(404);
    await supertest(fixture.app.callback()).post(`${pdfjs}files.json`).expect(405);
  });
});
