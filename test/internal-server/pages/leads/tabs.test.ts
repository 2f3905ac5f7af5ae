import { expect } from 'chai';
import { startInternalApp, type InternalFixture } from '../../../support/apps/internal-app';
import { addLead } from '../../../support/apps/leads';

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);

describe('the tabs of GET /leads', () => {
  let fixture: InternalFixture;

  before(async () => {
    fixture = await startInternalApp();
    const { owner, ann, bob } = fixture;
    const done = { state: 'REACHED_OUT', reached_out_at: new Date(), reached_out_by: bob.id };
    for (const [last_name, fields] of [
      ['Waiting', {}],
      ['Old', { created_at: hoursAgo(25) }],
      ['Mine', { assigned_to: ann.id, opened_at: new Date() }],
      ['Bobs', { assigned_to: bob.id, created_at: hoursAgo(50), opened_at: new Date() }],
      ['Done', { ...done, opened_at: new Date() }],
      ['Done mine', { ...done, assigned_to: ann.id, opened_at: new Date() }],
      ['Spam', { flagged_reason: 'honeypot', created_at: hoursAgo(60) }],
      ['Spam done', { ...done, flagged_reason: 'honeypot', opened_at: new Date() }],
    ] as const) {
      await addLead(owner, { last_name, ...fields });
    }
  });

  after(async () => {
    await fixture.close();
  });

  const open = async (url: string) => {
    const { status, text } = await fixture.get(url);
    expect(status, url).to.equal(200);
    return text;
  };
  const namesOn = (html: string) =>
    [...html.matchAll(/data-lead [^>]+><bdi>Carla ([^<]+)</g)].map(([, name]) => name!);
  const tabsOn = (html: string) => {
    const nav = /<nav class="tabs.*?<\/nav>/s.exec(html)![0];
    return [...nav.matchAll(/<a href="([^"]+)"([^>]*)>(.*?)<\/a>/gs)].map(
      ([, url, more, label]) => ({
        url: url!.replaceAll('&amp;', '&'),
        isCurrent: more!.includes('aria-current'),
        label: label!.replace(/<.*/s, '').trim(),
        count: /class="number">([^<]*)</.exec(label!)?.[1],
      }),
    );
  };
  const current = (html: string) =>
    tabsOn(html)
      .filter(({ isCurrent }) => isCurrent)
      .map(({ label }) => label);

  for (const [query, tab, names] of [
    ['', 'Waiting', ['Waiting', 'Old', 'Mine', 'Bobs']],
    ['state=PENDING', 'Waiting', ['Waiting', 'Old', 'Mine', 'Bobs']],
    ['state=', 'Waiting', ['Waiting', 'Old', 'Mine', 'Bobs']],
    ['assigned=me', 'Mine', ['Mine']],
    ['assigned=me&state=PENDING', 'Mine', ['Mine']],
    ['assigned=me&state=ALL', 'All', ['Mine', 'Done mine']],
    ['state=ALL', 'All', ['Waiting', 'Old', 'Mine', 'Bobs', 'Done', 'Done mine']],
    ['state=REACHED_OUT', 'Reached out', ['Done', 'Done mine']],
    ['flagged=true', 'Flagged', ['Spam', 'Spam done']],
    ['q=done', 'All', ['Done', 'Done mine']],
    ['q=done&flagged=true', 'Flagged', ['Spam done']],
    ['q=mine&state=PENDING', 'Waiting', ['Mine']],
    ['q=mine&state=REACHED_OUT', 'Reached out', ['Done mine']],
    ['q=mine&assigned=me', 'All', ['Mine', 'Done mine']],
    ['overdue=true', 'Waiting', ['Old', 'Bobs']],
    ['overdue=true&state=ALL', 'All', ['Old', 'Bobs']],
    ['overdue=true&flagged=true', 'Flagged', []],
    ['unopened=true', 'Waiting', ['Waiting', 'Old']],
    ['unopened=true&flagged=true', 'Flagged', ['Spam']],
    ['unopened=false&overdue=false', 'Waiting', ['Waiting', 'Old', 'Mine', 'Bobs']],
    // what the form of the filter sends
    ['tab=REACHED_OUT&q=&assigned=&from=2026-01-01', 'Reached out', ['Done', 'Done mine']],
    ['tab=REACHED_OUT&q=waiting', 'All', ['Waiting']],
    ['tab=FLAGGED&q=done', 'All', ['Done', 'Done mine']],
    ['tab=MINE&q=done&assigned=', 'All', ['Done', 'Done mine']],
    ['tab=MINE&q=&assigned=', 'Mine', ['Mine']],
    ['tab=MINE&assigned=anybody', 'Waiting', ['Waiting', 'Old', 'Mine', 'Bobs']],
    ['tab=WAITING&overdue=true&q=mine', 'All', ['Mine', 'Done mine']],
    ['tab=WAITING&overdue=true&q=', 'Waiting', ['Old', 'Bobs']],
  ] as const) {
    it(`shows ${names.join(', ') || 'nothing'} for ${query || 'no parameter'}`, async () => {
      const html = await open(`/leads?${query}`);
      expect(namesOn(html)).to.have.members([...names]);
      expect(current(html)).to.deep.equal([tab]);
    });
  }

  it('refuses a tab that there is not', async () => {
    for (const query of ['tab=DONE', 'tab=toString', 'tab=ALL&tab=MINE', 'overdue=yes']) {
      expect((await fixture.get(`/leads?${query}`)).status, query).to.equal(400);
    }
  });

  for (const query of [
    '',
    'assigned=me',
    'state=ALL',
    'flagged=true',
    'q=done',
    'q=example.com&state=PENDING',
    'q=nobody',
    'overdue=true',
    'unopened=true',
    'from=2026-01-01',
    'assigned=nobody',
    'assigned=me&state=ALL&unopened=true',
    'q=mine&assigned=me&overdue=true&limit=1',
  ]) {
    it(`counts in each tab what its list shows, for ${query || 'no parameter'}`, async () => {
      const html = await open(`/leads?${query}`);
      const tabs = tabsOn(html);
      expect(tabs.map(({ label }) => label)).to.deep.equal([
        ...['Waiting', 'Mine', 'All', 'Reached out', 'Flagged'],
      ]);
      for (const { label, url, count } of tabs) {
        const list = await open(url);
        const total = /class="count">(\d+) /.exec(list)?.[1] ?? '0';
        expect(count, label).to.equal(total);
        expect(current(list)).to.deep.equal([label]);
      }
    });

    it(`exports what the page shows, for ${query || 'no parameter'}`, async () => {
      const html = await open(`/leads?${query}&limit=100`.replace('limit=1&', ''));
      const shown = namesOn(html);
      if (shown.length === 0) return;
      const url = /href="(\/leads\.csv[^"]*)"/.exec(html)![1]!.replaceAll('&amp;', '&');
      const csv = await open(url);
      const exported = [...csv.matchAll(/^#\w+,Carla,([^,]+),/gm)].map(([, name]) => name);
      expect(exported).to.have.members(shown);
    });
  }

  it('keeps to the contract of the CSV, which shows every state unless one is named', async () => {
    const rows = async (query: string) => (await open(`/leads.csv?${query}`)).trim().split('\n');
    expect(await rows('')).to.have.length(1 + 6);
    expect(await rows('state=ALL')).to.have.length(1 + 6);
    expect(await rows('state=PENDING')).to.have.length(1 + 4);
    expect(await rows('overdue=true')).to.have.length(1 + 2);
    expect(await rows('unopened=true')).to.have.length(1 + 2);
  });

  it('links the figures to their lists', async () => {
    const html = await open('/leads');
    const figures = [
      ...html.matchAll(/<dt>([^<]+?)\s*(?:<.*?)?<\/dt>\s*<dd><a href="([^"]+)">(\d+)</g),
    ];
    expect(figures.map(([, ...figure]) => figure)).to.deep.equal([
      ['Not opened yet', '/leads?unopened=true', '2'],
      ['Overdue', '/leads?overdue=true', '2'],
    ]);
  });

  it('says that flagged leads match a search, which shows none of them', async () => {
    const html = await open('/leads?q=spam');
    expect(namesOn(html)).to.be.empty;
    expect(html).to.include(
      '<a href="/leads?q=spam&amp;flagged=true">2 flagged leads match this search</a>',
    );
    expect(await open('/leads?q=mine')).to.not.include('flagged lead');
  });

  it('carries the view in the link of each row', async () => {
    const { text } = await fixture.get('/leads?state=REACHED_OUT&limit=1&sort=last_name');
    expect(text).to.match(
      /data-lead href="\/leads\/[\w-]{36}\?state=REACHED_OUT&amp;sort=last_name&amp;limit=1"/,
    );
    const next = /rel="next" href="([^"]+)"/.exec(text)![1]!.replaceAll('&amp;', '&');
    const { searchParams } = new URL(next, 'http://x');
    expect(await open(next)).to.include(`after=${searchParams.get('after')}"><bdi>`);
  });

  it('says where nothing is what would be there', async () => {
    expect((await fixture.get('/leads?assigned=me', fixture.admin)).text).to.include(
      'Nothing is assigned to you.',
    );
  });
});

describe('GET /leads', () => {
  it('counts in its tabs up to 1,000, and what is flagged of a wide search', async () => {
    const fixture = await startInternalApp();
    await fixture.owner.raw(
      'alter table leads disable trigger leads_queue_mails, disable trigger leads_refuse_other_content',
    );
    await fixture.owner.raw(`insert into leads (id, first_name, last_name, email, resume_key,
        resume_filename, resume_type, resume_bytes, resume_sha256, flagged_reason)
      select gen_random_uuid(), 'A', 'B', 'a@example.com', 'resumes/' || gen_random_uuid(), 'cv.pdf',
        'pdf', 1, repeat('0', 64), case when i <= 3 then 'honeypot' end from generate_series(1, 1100) as i`);
    const counts = async (query: string) => {
      const { text } = await fixture.get(`/leads?${query}`);
      const nav = /<nav class="tabs.*?<\/nav>/s.exec(text)![0];
      return [...nav.matchAll(/<a [^>]*>(.*?)<\/a>/gs)].map(([, label]) =>
        label!
          .replace(/<[^>]*>/g, '')
          .replace(/\s+/g, ' ')
          .trim(),
      );
    };
    const none = ['Mine 0', 'All 1,000+', 'Reached out 0', 'Flagged 3'];
    expect(await counts('')).to.deep.equal(['Waiting 1,000+', ...none]);
    expect(await counts('q=example.com')).to.deep.equal([
      ...['Waiting', 'Mine', 'All 1,000+', 'Reached out', 'Flagged 3'],
    ]);
    await fixture.close();
  });
});
