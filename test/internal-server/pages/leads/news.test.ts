import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import supertest from 'supertest';
import { createNewsRepository } from '../../../../common/leads/news';
import { startInternalApp, type InternalFixture } from '../../../support/apps/internal-app';
import { addLead } from '../../../support/apps/leads';

interface News {
  arrived: number;
  others: { name: string; opened_at: string }[];
}

describe('GET /leads/news', () => {
  let fixture: InternalFixture;

  beforeEach(async () => {
    fixture = await startInternalApp();
  });

  afterEach(async () => {
    await fixture.close();
  });

  async function news(query: Record<string, string>, as = fixture.ann): Promise<News> {
    const answer = await fixture.get(`/leads/news?${new URLSearchParams(query)}`, as);
    expect(answer.status).to.equal(200);
    expect(answer.type).to.equal('application/json');
    return answer.body as News;
  }
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

  it('counts the leads that arrived after a time, without flagged ones', async () => {
    const since = new Date('2026-05-05T05:05:05.500Z');
    for (const [created_at, flagged_reason] of [
      ['2026-05-05T05:05:05.499Z', null],
      ['2026-05-05T05:05:05.500Z', null],
      ['2026-05-05T05:05:05.501Z', null],
      ['2026-05-06T00:00:00.000Z', null],
      ['2026-05-06T00:00:00.000Z', 'honeypot'],
    ]) {
      await addLead(fixture.owner, { created_at, flagged_reason });
    }
    expect(await news({ since: since.toISOString() })).to.deep.equal({ arrived: 2, others: [] });
    expect((await news({ since: '2026-05-05T07:05:05.5+02:00' })).arrived).to.equal(2);
    expect((await news({ since: '2026-05-05T05:05:05Z' })).arrived).to.equal(4 - 0);
    expect((await news({})).arrived).to.equal(0);
  });

  it('names the others who opened a lead within five minutes, each once, the latest first', async () => {
    const { owner, ann, bob, admin } = fixture;
    const id = await addLead(owner);
    const other = await addLead(owner);
    const event = (actor: string, minutes: number, fields = {}) =>
      owner('audit_events').insert({
        ...{ actor, action: 'LEAD_OPENED', lead_id: id, at: minutesAgo(minutes) },
        ...fields,
      });
    await event(bob.id, 4);
    await event(bob.id, 2);
    await event(admin.id, 1);
    await event(ann.id, 0);
    await event(admin.id, 0, { lead_id: other });
    await event('system', 0, { action: 'MAIL_SENT' });
    const { others } = await news({ lead: id });
    expect(others.map(({ name }) => name)).to.deep.equal(['Admin', 'Bob']);
    expect(Date.parse(others[1]!.opened_at)).to.be.closeTo(minutesAgo(2).getTime(), 5000);
    expect((await news({ lead: id }, bob)).others.map(({ name }) => name)).to.deep.equal([
      'Ann',
      'Admin',
    ]);
    await owner('audit_events').update({ at: minutesAgo(5.1) });
    expect((await news({ lead: id })).others).to.deep.equal([]);
  });

  for (const query of [
    'since=yesterday',
    'since=2026-02-30T00:00:00Z',
    'since=2026-05-05',
    'since=2026-05-05T05:05:05',
    'since=0000-01-01T00:00:00Z',
    'since=2026-05-05T05:05:05Z&since=2026-05-05T05:05:05Z',
    'state=ALL',
  ]) {
    it(`returns 400 for ${query}`, async () => {
      expect((await fixture.get(`/leads/news?${query}`)).status).to.equal(400);
    });
  }

  it('returns 404 for a lead that there is not', async () => {
    for (const lead of [randomUUID(), '1', "x'--"]) {
      const answer = await fixture.get(`/leads/news?lead=${lead}`).accept('json');
      expect([answer.status, answer.type]).to.deep.equal([404, 'application/problem+json']);
    }
  });

  it('records nothing, marks nothing as opened, and makes no browser ask for a password', async () => {
    const id = await addLead(fixture.owner);
    await news({ lead: id }); // signs in
    await fixture.owner('audit_events').delete();
    await news({ lead: id, since: new Date(0).toISOString() });
    expect(await fixture.owner('audit_events')).to.deep.equal([]);
    expect(await fixture.owner('leads').pluck('opened_at')).to.deep.equal([null]);
    const answer = await supertest(fixture.app.callback()).get('/leads/news');
    expect(answer.status).to.equal(401);
    expect(answer.headers['www-authenticate']).to.equal('Page');
  });

  it('begins where the list was read, by the clock of the database', async () => {
    const { owner } = fixture;
    const start = async () => {
      const { text } = await fixture.get('/leads');
      const [, since = '', known = ''] = /data-since="([^"]+)" data-known="(\d+)"/.exec(text)!;
      return { since, known: Number(known) };
    };
    await addLead(owner, { created_at: minutesAgo(1) });
    await addLead(owner); // which the list shows
    const { since, known } = await start();
    expect(known).to.equal(1);
    const arrived = async () => (await news({ since })).arrived - known;
    expect(await arrived()).to.equal(0);
    await addLead(owner);
    await addLead(owner, { flagged_reason: 'honeypot' });
    expect(await arrived()).to.equal(1);
  });

  it('misses no lead whose transaction began before the list was read and ended after', async () => {
    const { owner, db } = fixture;
    const submission = await owner.transaction();
    await addLead(submission);
    await sleep(20);
    const { since, known } = await createNewsRepository(db).start();
    expect(known).to.equal(0);
    expect((await news({ since: since.toISOString() })).arrived).to.equal(0);
    await submission.commit();
    expect((await news({ since: since.toISOString() })).arrived).to.equal(1);
  });

  for (const [name, url, expected] of [
    ['on its one page', '/leads', '/leads'],
    [
      'newest first, where there are more pages',
      '/leads?limit=1',
      '/leads?sort=created_at&order=desc&limit=1',
    ],
    [
      'among what waits, where the view would not show them',
      '/leads?state=REACHED_OUT',
      '/leads?sort=created_at&order=desc',
    ],
    [
      'among what waits, after a search',
      '/leads?q=Carla&limit=1',
      '/leads?sort=created_at&order=desc',
    ],
  ] as const) {
    it(`are shown ${name}`, async () => {
      await addLead(fixture.owner);
      await addLead(fixture.owner);
      const { text } = await fixture.get(url);
      expect(/data-url="([^"]+)"/.exec(text)![1]!.replaceAll('&amp;', '&')).to.equal(expected);
    });
  }
});

describe('GET /leads/:id', () => {
  let fixture: InternalFixture;

  beforeEach(async () => {
    fixture = await startInternalApp();
  });

  afterEach(async () => {
    await fixture.close();
  });

  const opened = async (id: string) =>
    (await fixture.owner('leads').where({ id }).first<{ opened_at: Date | null }>()).opened_at;
  const isBold = async (id: string) => {
    const { text } = await fixture.get('/leads?state=ALL');
    return new RegExp(`id="lead-${id}" class="unopened".*?New<`, 's').test(text);
  };

  it('says without a script who else opened it lately', async () => {
    const { id } = await fixture.addLead();
    const text = async () => (await fixture.get(`/leads/${id}`)).text;
    expect(await text()).to.not.include('opened this lead');
    await fixture.get(`/leads/${id}`, fixture.bob);
    expect(await text()).to.match(/<bdi>Bob<\/bdi>\s+opened this lead <time [^>]*>just now</);
    await fixture.owner('audit_events').update({ at: new Date(Date.now() - 6 * 60_000) });
    expect(await text()).to.not.include('opened this lead');
  });

  for (const [name, read] of [
    ['its page', (id: string) => fixture.get(`/leads/${id}`)],
    ['its page with an error', (id: string) => fixture.post(`/leads/${id}/notes`)],
    ['the API', (id: string) => fixture.get(`/api/leads/${id}`)],
  ] as const) {
    it(`is new until somebody opens it by ${name}, and its opening changes nothing else`, async () => {
      const { id } = await fixture.addLead();
      const updated = async () => (await fixture.owner('leads').first('updated_at')) as unknown;
      const before = await updated();
      expect(await opened(id)).to.equal(null);
      expect(await isBold(id)).to.be.true;
      await read(id);
      const first = await opened(id);
      expect(first).to.be.an.instanceof(Date);
      await sleep(5);
      await fixture.get(`/leads/${id}`, fixture.bob);
      expect(await opened(id)).to.deep.equal(first);
      expect(await isBold(id)).to.be.false;
      expect(await updated()).to.deep.equal(before);
    });
  }

  it('is new to nobody any more after an outreach from the list', async () => {
    const { id } = await fixture.addLead();
    await fixture.post(`/leads/${id}/reached-out`);
    expect(await isBold(id)).to.be.false;
  });

  it('is not opened when that cannot be recorded', async () => {
    const { id } = await fixture.addLead();
    await fixture.get('/account');
    await fixture.owner.raw('revoke insert on audit_events from lead_internal');
    expect((await fixture.get(`/leads/${id}`)).status).to.equal(500);
    expect(await opened(id)).to.equal(null);
  });
});
