import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { startInternalApp, type InternalFixture } from '../support/internal-app';

describe('the worklist', () => {
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

  it('leads there from the start page', async () => {
    const answer = await fixture.get('/');
    expect([answer.status, answer.headers.location]).to.deep.equal([303, '/leads']);
  });

  it('shows who waits first, the oldest on top', async () => {
    const [first, second, third] = [
      await fixture.addLead({ lastName: 'First' }),
      await fixture.addLead({ lastName: 'Second' }),
      await fixture.addLead({ lastName: 'Third' }),
    ];
    await fixture.post(`/leads/${first.id}/reached-out`);
    const { text } = await fixture.get('/leads');
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

  it('keeps flagged leads apart', async () => {
    await fixture.addLead({ lastName: 'Real' });
    await fixture.addLead({ lastName: 'Robot', flaggedReason: 'honeypot' });
    expect(namesOn((await fixture.get('/leads')).text)).to.deep.equal(['Real']);
    expect(namesOn((await fixture.get('/leads?flagged=true')).text)).to.deep.equal(['Robot']);
  });

  it('escapes what strangers typed', async () => {
    const attack = `<img src=x onerror="alert(1)">'`;
    await fixture.addLead({ firstName: attack, lastName: attack, email: `a@<b>.example` });
    const { text } = await fixture.get('/leads');
    expect(text).to.not.include('<img').and.not.include('<b>');
  });
});

describe('the page of a lead', () => {
  let fixture: InternalFixture;

  beforeEach(async () => {
    fixture = await startInternalApp();
  });

  afterEach(async () => {
    await fixture.close();
  });

  it('shows the lead and notes that it was opened', async () => {
    const lead = await fixture.addLead();
    const { status, text } = await fixture.get(`/leads/${lead.id}`);
    expect(status).to.equal(200);
    for (const shown of ['Carla Moreno', 'carla@example.com', 'cv.pdf', lead.resume.sha256]) {
      expect(text).to.include(shown);
    }
    expect(text).to.include(lead.id.slice(0, 8));
    const event: unknown = await fixture
      .owner('audit_events')
      .where({ lead_id: lead.id })
      .first('actor', 'action');
    expect(event).to.deep.equal({ actor: fixture.ann.id, action: 'LEAD_OPENED' });
  });

  it('marks reached out, and tells a slower colleague who was first', async () => {
    const { id } = await fixture.addLead();
    const first = await fixture.post(`/leads/${id}/reached-out`);
    expect([first.status, first.headers.location]).to.deep.equal([303, `/leads/${id}`]);
    const before: unknown = await fixture.owner('leads').first('reached_out_at', 'reached_out_by');
    const late = await fixture.post(`/leads/${id}/reached-out`, fixture.bob);
    expect(late.status).to.equal(409);
    expect(late.text).to.include('Ann already reached out, just now.');
    expect(await fixture.owner('leads').first('reached_out_at', 'reached_out_by')).to.deep.equal(
      before,
    );
    expect((await fixture.post(`/leads/${id}/reached-out`)).status).to.equal(303); // a double click
    const { text } = await fixture.get(`/leads/${id}`, fixture.bob);
    expect(text).to.match(/by <bdi>Ann<\/bdi>/);
  });

  it('lets exactly one of two win who press at the same instant', async () => {
    const { id } = await fixture.addLead();
    await Promise.all([fixture.get('/leads'), fixture.get('/leads', fixture.bob)]); // signed in
    const answers = await Promise.all([
      fixture.post(`/leads/${id}/reached-out`),
      fixture.post(`/leads/${id}/reached-out`, fixture.bob),
    ]);
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([303, 409]);
    const events = await fixture.owner('audit_events').where({ action: 'REACHED_OUT' });
    expect(events).to.have.length(1);
  });

  it('goes back to the list, on the page where the button was pressed', async () => {
    const { id } = await fixture.addLead();
    const list = '/leads?state=PENDING&limit=5';
    const answer = await fixture
      .post(`/leads/${id}/reached-out`)
      .set('Referer', `http://desk.example:3001${list}`);
    expect(answer.headers.location).to.equal(list);
    const elsewhere = await fixture
      .post(`/leads/${id}/reached-out`)
      .set('Referer', 'http://evil.example/leads');
    expect(elsewhere.headers.location).to.equal(`/leads/${id}`);
  });

  it('reopens with a reason, shows who did what, and keeps the reason out of the audit', async () => {
    const { id } = await fixture.addLead();
    await fixture.post(`/leads/${id}/reached-out`);
    const reopened = await fixture
      .post(`/leads/${id}/reopen`, fixture.bob)
      .type('form')
      .send({ reason: 'Wrong <i>number</i> of Carla' });
    expect(reopened.status).to.equal(303);
    const { text } = await fixture.get(`/leads/${id}`);
    expect(text).to.include('Wrong &lt;i&gt;number&lt;/i&gt; of Carla');
    expect(text)
      .to.match(/<bdi>Bob<\/bdi> reopened/)
      .and.match(/<bdi>Ann<\/bdi> reached out/);
    const audit = JSON.stringify(await fixture.owner('audit_events'));
    expect(audit).to.include('REOPENED').and.not.include('number');
    const again = await fixture.post(`/leads/${id}/reopen`).type('form').send({ reason: 'x' });
    expect(again.status).to.equal(409);
  });

  for (const reason of ['', '  ', 'a\0b', 'x'.repeat(1001)]) {
    it(`does not reopen for a reason of ${reason.length} characters`, async () => {
      const { id } = await fixture.addLead();
      await fixture.post(`/leads/${id}/reached-out`);
      const answer = await fixture.post(`/leads/${id}/reopen`).type('form').send({ reason });
      expect(answer.status).to.equal(422);
      expect(answer.text).to.include('reason-error');
      const { state } = await fixture.owner('leads').first<{ state: string }>('state');
      expect(state).to.equal('REACHED_OUT');
    });
  }

  it('writes no personal data into the log', async () => {
    const { id } = await fixture.addLead();
    await fixture.get(`/leads/${id}?q=Carla`);
    await fixture.post(`/leads/${id}/reopen`).type('form').send({ reason: 'Carla' });
    for (const word of ['Carla', 'Moreno', 'cv.pdf', 'ann@', 'Ann', '127.0.0.1']) {
      expect(fixture.logged(), word).to.not.include(word);
    }
  });
});

describe('addresses that are wrong', () => {
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
    'state=PENDING&state=REACHED_OUT',
  ]) {
    it(`answers 400 to ${query}`, async () => {
      expect((await fixture.get(`/leads?${query}`)).status).to.equal(400);
    });
  }

  for (const id of ['1', randomUUID(), "x'--", '%00', '..%2f..']) {
    it(`answers 404 for the id ${id}`, async () => {
      expect((await fixture.get(`/leads/${id}`)).status).to.equal(404);
    });
  }
});
