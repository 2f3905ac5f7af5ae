import { expect } from 'chai';
import { startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

interface Part {
  properties?: Record<string, unknown>;
  operationId?: string;
  description?: string;
  $ref?: string;
}

describe('GET /docs', () => {
  let fixture: InternalFixture;
  let page: string;
  let document: Record<'paths' | 'components', object>;

  before(async () => {
    fixture = await startInternalApp();
    const { status, type, text } = await fixture.get('/docs');
    expect([status, type]).to.deep.equal([200, 'text/html']);
    page = text;
    document = (await fixture.get('/openapi.json')).body as typeof document;
  });

  after(async () => {
    await fixture.close();
  });

  /** Calls `visit` with every object of the document. */
  function walk(part: unknown, visit: (part: Part, key: string) => void, key = ''): void {
    if (typeof part !== 'object' || part === null) return;
    visit(part, key);
    for (const [name, value] of Object.entries(part)) {
      if (name !== 'example') walk(value, visit, name);
    }
  }

  const shown = (text: string) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll("'", '&#39;')
      .replaceAll('"', '&#34;')
      .replace(/`([^`]+)`/g, '<code>$1</code>');

  it('shows every route, status, field and description of the document', () => {
    const expected = new Set<string>();
    for (const [url, methods] of Object.entries(document.paths)) {
      for (const method of Object.keys(methods as object)) {
        expected.add(`<code>${method.toUpperCase()} ${url}</code>`);
      }
    }
    walk(document, (part, key) => {
      if (/^\d{3}$/.test(key)) expected.add(`<td>${key}</td>`);
      if (typeof part.description === 'string') expected.add(shown(part.description));
      if (key === 'properties') return;
      for (const name of Object.keys(part.properties ?? {})) expected.add(`${name}</code>`);
    });
    expect(expected.size).to.be.above(100);
    expect([...expected].filter((text) => !page.includes(text))).to.deep.equal([]);
  });

  it('has a place for everything that it links to', () => {
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id!);
    expect(links).to.include.members(['getLeads', 'submitLead', 'shape-Lead', 'shape-Problem']);
    expect(links.filter((id) => !page.includes(`id="${id}"`))).to.deep.equal([]);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
    expect(ids).to.have.lengthOf(new Set(ids).size);
  });

  it('needs no file and no script that other pages do not need', async () => {
    const filesOf = (text: string) =>
      [...text.matchAll(/<(?:script|link|img)[^>]*(?:src|href)="([^"]+)"/g)].map(([, url]) => url!);
    const elsewhere = filesOf((await fixture.get('/leads')).text);
    expect(filesOf(page)).to.not.be.empty;
    expect(filesOf(page).filter((url) => !elsewhere.includes(url))).to.deep.equal([]);
    const policyOf = async (url: string) =>
      (await fixture.get(url)).headers['content-security-policy']!;
    expect(await policyOf('/docs')).to.equal(await policyOf('/leads'));
  });
});
