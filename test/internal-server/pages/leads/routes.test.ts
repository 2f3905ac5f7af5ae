import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { startInternalApp, type InternalFixture } from '../../../support/apps/internal-app';

describe('GET /leads', () => {
  let fixture: InternalFixture;

  beforeEach(async () => {
    fixture = await startInternalApp();
  });

  afterEach(async () => {
    await fixture.close();
  });

  /** The last names that a page shows, in its order. */
  const namesOn = (html: string) =>
    [...html.matchAll(/<bdi>Carla ([^<]+)<\/bdi>/g)].map(([, name]) => name!);

  const linkOf = (html: string, rel: 'next' | 'prev') =>
    new RegExp(`rel="${rel}" href="([^"]+)"`).exec(html)![1]!.replaceAll('&amp;', '&');

  async function addLeads(count: number): Promise<string[]> {
    const names = Array.from({ length: count }, (_, i) => `No${String(i).padStart(3, '0')}`);
    for (const [i, lastName] of names.entries()) {
      const { id } = await fixture.addLead({ lastName });
      const createdAt = new Date(Date.UTC(2026, 0, 1, 0, Math.floor(i / 3))); // threes share a time
      await fixture.owner('leads').where({ id }).update({ created_at: createdAt });
    }
    return names;
  }

  async function walk(first: string, rel: 'next' | 'prev' = 'next'): Promise<string[][]> {
    const pages: string[][] = [];
    for (let url: string | undefined = first; url && pages.length < 50;) {
      const { status, text } = await fixture.get(url);
      expect(status).to.equal(200);
      pages.push(namesOn(text));
      url = new RegExp(`rel="${rel}" href="([^"]+)"`).exec(text)?.[1]?.replaceAll('&amp;', '&');
    }
    return pages;
  }

  it('says what to do when it is empty', async () => {
    const { status, text } = await fixture.get('/leads');
    expect(status).to.equal(200);
    expect(text).to.include('New submissions appear here');
  });

  it('is where the start page redirects to', async () => {
    const answer = await fixture.get('/');
    expect([answer.status, answer.headers.location]).to.deep.equal([303, '/leads']);
  });

  it('lists waiting leads first, oldest first', async () => {
    const [first, second, third] = [
      await fixture.addLead({ lastName: 'First' }),
      await fixture.addLead({ lastName: 'Second' }),
      await fixture.addLead({ lastName: 'Third' }),
    ];
    await fixture.post(`/leads/${first.id}/reached-out`);
    expect(namesOn((await fixture.get('/leads')).text)).to.deep.equal(['Second', 'Third']);
    const { text } = await fixture.get('/leads?state=ALL');
    expect(namesOn(text)).to.deep.equal(['Second', 'Third', 'First']);
    expect(text).to.include(`action="/leads/${second.id}/reached-out"`);
    expect(text).to.include(`action="/leads/${third.id}/reached-out"`);
    expect(text).to.not.include(`action="/leads/${first.id}/reached-out"`);
  });

  for (const sort of ['state', 'created_at', 'last_name']) {
    it(`shows every lead once on its pages, by ${sort}, both ways`, async () => {
      const names = await addLeads(23);
      const up = await walk(`/leads?limit=5&sort=${sort}`);
      expect(up.flat()).to.have.members(names).and.have.length(names.length);
      expect(up.map((page) => page.length)).to.deep.equal([5, 5, 5, 5, 3]);
      const down = await walk(`/leads?limit=5&sort=${sort}&order=desc`);
      expect(down.flat()).to.deep.equal(up.flat().reverse());
    });
  }

  it('pages past a lead whose id follows no version of UUID', async () => {
    const [first] = [await fixture.addLead({ id: '12345678-1234-1234-1234-123456789000' })];
    await fixture.addLead({ lastName: 'Behind' });
    const pages = await walk('/leads?limit=1');
    expect(pages.flat()).to.deep.equal([first.lastName, 'Behind']);
  });

  it('goes back over the same pages', async () => {
    await addLeads(13);
    const forward = await walk('/leads?limit=5');
    let url = '/leads?limit=5';
    for (let i = 0; i < 2; i++) {
      const { text } = await fixture.get(url);
      url = /rel="next" href="([^"]+)"/.exec(text)![1]!.replaceAll('&amp;', '&');
    }
    expect(await walk(url, 'prev')).to.deep.equal(forward.reverse());
  });

  it('neither skips nor repeats while leads arrive', async () => {
    const names = await addLeads(10);
    const { text } = await fixture.get('/leads?limit=5&sort=last_name');
    await fixture.addLead({ lastName: 'AAA before the first page' });
    const next = /rel="next" href="([^"]+)"/.exec(text)![1]!.replaceAll('&amp;', '&');
    const seen = [...namesOn(text), ...namesOn((await fixture.get(next)).text)];
    expect(seen).to.deep.equal(names);
  });

  it('redirects to the first page when work on the leads emptied the page', async () => {
    await addLeads(8);
    const first = await fixture.get('/leads?state=PENDING&limit=3');
    const second = await fixture.get(linkOf(first.text, 'next'));
    const back = linkOf(second.text, 'prev');
    for (const [, id] of first.text.matchAll(/data-lead href="\/leads\/([^"?]+)/g)) {
      await fixture.post(`/leads/${id}/reached-out`);
    }
    const { text } = await fixture.get(back);
    expect(namesOn(text)).to.have.members(['No003', 'No004', 'No005']); // at one time
    expect(text).to.include('rel="next"');
  });

  it('redirects to the first page when the last page has become empty', async () => {
    await addLeads(4);
    const first = await fixture.get('/leads?state=PENDING&limit=3');
    const next = linkOf(first.text, 'next');
    const [, id] = /data-lead href="\/leads\/([^"?]+)/.exec((await fixture.get(next)).text)!;
    await fixture.post(`/leads/${id}/reached-out`);
    const answer = await fixture.get(next);
    expect([answer.status, answer.headers.location]).to.deep.equal([303, '/leads?limit=3']);
  });

  it('pages by name past one that grows when it is normalised', async () => {
    for (const firstName of ['a', 'b', 'c']) {
      await fixture.addLead({ firstName, lastName: 'ﷺ'.repeat(100) });
    }
    const first = await fixture.get('/leads?sort=last_name&limit=1');
    const second = await fixture.get(linkOf(first.text, 'next'));
    expect(second.status).to.equal(200);
    expect((await fixture.get(linkOf(second.text, 'next'))).status).to.equal(200);
  });

  it('keeps flagged leads apart', async () => {
    await fixture.addLead({ lastName: 'Real' });
    await fixture.addLead({ lastName: 'Robot', flaggedReason: 'honeypot' });
    expect(namesOn((await fixture.get('/leads')).text)).to.deep.equal(['Real']);
    expect(namesOn((await fixture.get('/leads?flagged=true')).text)).to.deep.equal(['Robot']);
  });

  it('escapes what strangers typed', async () => {
    const attack = `<img src=x onerror="alert(1)">'`;
    await fixture.addLead({ firstName: attack, lastName: attack, email: `a@<u>.example` });
    const { text } = await fixture.get('/leads');
    expect(text).to.not.include('<img').and.not.include('<u>');
  });
});

describe('invalid addresses', () => {
  let fixture: InternalFixture;

  before(async () => {
    fixture = await startInternalApp();
  });

  after(async () => {
    await fixture.close();
  });

  for (const query of [
    'state=DONE',
    'limit=0',
    'limit=101',
    'limit=x',
    'limit=0x10',
    'sort=email',
    'after=x',
    'after=bm90IGpzb24',
    `after=${Buffer.from(JSON.stringify(['state', 'x'])).toString('base64url')}`,
    `after=${Buffer.from(
      JSON.stringify(['last_name', 'x', '2026-01-01T00:00:00.000Z', randomUUID()]),
    ).toString('base64url')}`,
    `after=${Buffer.from(
      JSON.stringify(['state', "x'; drop table leads", '2026-01-01T00:00:00.000Z', randomUUID()]),
    ).toString('base64url')}`,
    `after=${Buffer.from(
      JSON.stringify(['state', 'PENDING', '0000-01-01T00:00:00Z', randomUUID()]),
    ).toString('base64url')}`,
    `after=${Buffer.from(
      JSON.stringify(['state', 'PENDING', `2026-01-01T00:00:00.${'1'.repeat(400)}Z`, randomUUID()]),
    ).toString('base64url')}`,
    'state=PENDING&state=REACHED_OUT',
  ]) {
    it(`returns 400 for ${query}`, async () => {
      expect((await fixture.get(`/leads?${query}`)).status).to.equal(400);
    });
  }

  for (const id of ['1', randomUUID(), "x'--", '%00', '..%2f..']) {
    it(`returns 404 for the id ${id}`, async () => {
      expect((await fixture.get(`/leads/${id}`)).status).to.equal(404);
    });
  }
});
