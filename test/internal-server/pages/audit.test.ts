import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

describe('GET /audit', () => {
  let fixture: InternalFixture;

  before(async () => {
    fixture = await startInternalApp();
  });

  beforeEach(async () => {
    await fixture.owner('leads').delete();
    await Promise.all([
      get('/account'),
      fixture.get('/account'),
      fixture.get('/account', fixture.bob),
    ]);
    await fixture.owner('audit_events').delete(); // the sign-ins of the day
  });

  after(async () => {
    await fixture.close();
  });

  const get = (url: string) => fixture.get(url, fixture.admin);
  const leadId = '0a1b2c3d-0000-4000-8000-000000000001';

  /** Answers the event's id. */
  async function addEvent(event: Record<string, unknown>): Promise<string> {
    const common = { actor: 'system', action: 'MAIL_SENT', lead_id: leadId };
    const [row] = await fixture
      .owner('audit_events')
      .insert({ ...common, ...event })
      .returning<{ id: string }[]>('id');
    return row!.id;
  }

  /** The cells of each row, as a reader sees their text. */
  const rowsOn = (html: string) =>
    [...(/<tbody>.*<\/tbody>/s.exec(html)?.[0] ?? '').matchAll(/<tr>(.*?)<\/tr>/gs)].map(
      ([, row]) =>
        [...row!.matchAll(/<td>(.*?)<\/td>/gs)].map(([, cell]) =>
          cell!.replace(/<[^>]+>/g, '').trim(),
        ),
    );
  const rows = async (query = '') => rowsOn((await get(`/audit${query}`)).text);

  it('says so when nothing has happened, and records being read', async () => {
    expect((await get('/audit')).text).to.include('Nothing has happened yet.');
    expect((await rows('?lead=0a1b2c3d')).length).to.equal(0);
    expect((await rows()).map((row) => row.slice(1))).to.deep.equal([
      ['Admin', 'Audit read', '', '0 events, filtered by lead'],
      ['Admin', 'Audit read', '', '0 events'],
    ]);
  });

  it('shows who did what to which lead, newest first, with a link to it', async () => {
    const { id } = await fixture.addLead();
    await addEvent({ lead_id: id, at: '2026-03-01T10:00:00Z' });
    const opened = { actor: fixture.ann.id, action: 'LEAD_OPENED', lead_id: id };
    await addEvent({ ...opened, at: '2026-03-02T10:12:00Z' });
    expect(await rows()).to.deep.equal([
      ['2 Mar 2026, 10:12', 'Ann', 'Lead opened', id.slice(0, 8), ''],
      ['1 Mar 2026, 10:00', 'System', 'Email sent', id.slice(0, 8), ''],
    ]);
    expect((await get('/audit')).text).to.include(`<a href="/leads/${id}">`);
  });

  it('says that a lead has been deleted, and does not link to it', async () => {
    await addEvent({ action: 'LEAD_DELETED', actor: fixture.admin.id });
    const [row] = await rows();
    expect(row![3]).to.equal('0a1b2c3d deleted');
    expect((await get('/audit')).text).to.not.include(`href="/leads/${leadId}"`);
  });

  it('shows no lead for an event that concerns none', async () => {
    await addEvent({ action: 'LEADS_EXPORTED', lead_id: null });
    expect((await rows())[0]![3]).to.equal('');
  });

  it('describes the details', async () => {
    const { bob } = fixture;
    const cases: [string, Record<string, unknown>, string][] = [
      ['MAIL_SENT', { outbox_id: leadId, kind: 'ACKNOWLEDGEMENT' }, 'Acknowledgement'],
      [
        'MAIL_FAILED',
        { kind: 'NOTIFICATION', error: 'RCPT 550' },
        'Notification, the mail server refused the recipient (code 550)',
      ],
      [
        'MAIL_SKIPPED',
        { kind: 'NOTIFICATION', error: 'FLAGGED' },
        'Notification, the submission is flagged',
      ],
      ['ASSIGNED', { account_id: bob.id }, 'Bob'],
      ['ASSIGNED', { account_id: null }, 'nobody'],
      ['ACCOUNT_CREATED', { account_id: bob.id, role: 'ATTORNEY' }, 'Bob as attorney'],
      ['ROLE_CHANGED', { account_id: bob.id, role: 'ADMIN' }, 'Bob as administrator'],
      ['PASSWORD_SET', { account_id: bob.id }, 'Bob'],
      ['ACCOUNT_DISABLED', { account_id: randomUUID() }, 'Unknown account'],
      ['LEADS_EXPORTED', { flagged: false, searched: false }, 'all leads'],
      [
        'LEADS_EXPORTED',
        {
          flagged: true,
          state: 'PENDING',
          assigned: 'me',
          from: '2026-01-01',
          to: '2026-02-01',
          searched: true,
        },
        'flagged, waiting, by assignment, from 2026-01-01, to 2026-02-01, found by a search',
      ],
      ['REOPENED', { note_id: leadId }, ''],
      ['SOMETHING_NEW', { kind: 'constructor', role: 7, error: {} }, 'constructor'],
    ];
    cases.push(...recentCases);
    for (const [action, details] of cases) await addEvent({ action, details });
    const shown = await rows();
    expect(shown.map((row) => row[4])).to.deep.equal(cases.map(([, , words]) => words).reverse());
    expect(shown[0]![2]).to.equal('NEW');
  });

  const network = 'Q2hlY2sgdGhhdA';
  const since = '2026-03-02T10:12:00.000Z';
  const recentCases: [string, Record<string, unknown>, string][] = [
    ['SIGNED_IN', { network }, 'network Q2hlY2…'],
    [
      'SIGN_IN_FAILED',
      { network, count: 12, since },
      'network Q2hlY2…, 12 times since 2 Mar 2026, 10:12',
    ],
    [
      'SIGN_IN_FAILED',
      { networks: 'others', count: 1200, since },
      'other networks, 1,200 times since 2 Mar 2026, 10:12',
    ],
    [
      'ACCESS_DENIED',
      { route: 'POST /outbox/:id/resend', network },
      'POST /outbox/:id/resend, network Q2hlY2…',
    ],
    ['LEADS_LISTED', { filters: [], count: 1 }, '1 lead'],
    ['LEADS_LISTED', { filters: ['state', 'q'], count: 25 }, '25 leads, filtered by state, search'],
    ['OUTBOX_READ', { state: 'SENT' }, 'sent'],
    ['OLD_EVENTS_DELETED', { events: 5000, before: since }, '5,000 from before 2 Mar 2026, 10:12'],
    ['NEW', { count: {}, since: 'x', filters: [{}], network: 1, before: 2 }, 'filtered by'],
  ];

  it('lists what the pages do', async () => {
    const { id } = await fixture.addLead();
    await fixture.get(`/leads/${id}`);
    await fixture.post(`/leads/${id}/reached-out`, fixture.bob);
    expect((await rows()).map((row) => row.slice(1, 4))).to.deep.equal([
      ['Bob', 'Reached out', id.slice(0, 8)],
      ['Ann', 'Lead opened', id.slice(0, 8)],
    ]);
  });

  describe('with a filter', () => {
    const other = '0a1b2c3e-0000-4000-8000-000000000001';
    beforeEach(async () => {
      const { ann } = fixture;
      await addEvent({ action: 'MAIL_SENT', at: '2026-03-01T23:59:59.999Z' });
      await addEvent({ action: 'NOTED', actor: ann.id, at: '2026-03-02T00:00:00Z' });
      await addEvent({ action: 'REOPENED', actor: ann.id, at: '2026-03-02T23:59:59.999Z' });
      await addEvent({ action: 'MAIL_FAILED', lead_id: other, at: '2026-03-03T00:00:00Z' });
    });

    const whats = async (query: string) => (await rows(`?${query}`)).map((row) => row[2]);
    const all = ['Email failed', 'Lead reopened', 'Note added', 'Email sent'];

    const cases: [string, (string | undefined)[]][] = [
      ['account=&action=&lead=&from=&to=', all],
      ['account=system', ['Email failed', 'Email sent']],
      ['action=NOTED', ['Note added']],
      ['lead=0a1b2c3e', ['Email failed']],
      ['lead=%20' + '0A1B2C3E', ['Email failed']],
      [`lead=${leadId.toUpperCase()}`, ['Lead reopened', 'Note added', 'Email sent']],
      ['from=2026-03-02', ['Email failed', 'Lead reopened', 'Note added']],
      ['to=2026-03-02', ['Lead reopened', 'Note added', 'Email sent']],
      ['from=2026-03-02&to=2026-03-02', ['Lead reopened', 'Note added']],
      ['account=system&lead=0a1b2c3d', ['Email sent']],
      ['from=0001-01-01&to=9999-12-31', all],
    ];
    for (const [query, expected] of cases) {
      it(`shows what matches ${query}`, async () => {
        expect(await whats(query)).to.deep.equal(expected);
      });
    }

    it('shows what one account did, and keeps the filter', async () => {
      const { ann } = fixture;
      for (const id of [ann.id, ann.id.toUpperCase()]) {
        expect(await whats(`account=${id}`)).to.deep.equal(['Lead reopened', 'Note added']);
      }
      const { text } = await get(
        `/audit?account=${ann.id}&action=NOTED&lead=0a1b2c3d&to=2026-03-02`,
      );
      expect(text)
        .to.include(`<option value="${ann.id}" selected>Ann</option>`)
        .and.include('<option value="NOTED" selected>')
        .and.match(/id="lead"[^>]+value="0a1b2c3d"/)
        .and.match(/id="to"[^>]+value="2026-03-02"/);
    });

    it('says what to do when nothing matches', async () => {
      const { text } = await get('/audit?action=PASSWORD_SET');
      expect(text).to.include('No events match.').and.include('href="/audit">Show all events');
    });
  });

  it('pages through a filter both ways', async () => {
    for (let i = 0; i < 101; i++) {
      const at = new Date(Date.UTC(2026, 0, 1, 0, Math.floor(i / 3))); // threes share a time
      await addEvent({ at, lead_id: null, action: 'MAIL_FAILED', details: { error: `${i}` } });
      if (i % 10 === 0) await addEvent({ at, action: 'MAIL_SENT' });
    }
    const detailsOf = (html: string) => rowsOn(html).map((row) => row[4]);
    const link = (html: string, rel: string) =>
      new RegExp(`rel="${rel}" href="([^"]+)"`).exec(html)?.[1]?.replaceAll('&amp;', '&');
    const pages: string[] = [];
    for (let url: string | undefined = '/audit?action=MAIL_FAILED'; url;) {
      pages.push((await get(url)).text);
      url = link(pages.at(-1)!, 'next');
    }
    const expected = Array.from({ length: 101 }, (_, i) => `${100 - i}`);
    expect(pages.flatMap(detailsOf)).to.deep.equal(expected);
    expect(pages.map((page) => detailsOf(page).length)).to.deep.equal([50, 50, 1]);
    const back = (await get(link(pages[2]!, 'prev')!)).text;
    expect(detailsOf(back)).to.deep.equal(detailsOf(pages[1]!));
    expect(detailsOf((await get(link(back, 'prev')!)).text)).to.deep.equal(detailsOf(pages[0]!));
    expect(link(pages[0]!, 'prev')).to.be.undefined;
  });

  for (const lead of ['abc', '0a1b2c3', '0a1b2c3g', '0a1b2c3d-', 'a\0bcdefg', '<b>bcdef']) {
    it(`says at its field that ${JSON.stringify(lead)} is no lead, and keeps what was entered`, async () => {
      await addEvent({});
      const { status, text } = await get(`/audit?lead=${encodeURIComponent(lead)}`);
      expect(status).to.equal(400);
      expect(text)
        .to.match(/id="lead"[^>]+aria-describedby="lead-hint lead-error" aria-invalid="true"/)
        .and.match(/id="lead-error" role="alert">Type the eight characters/)
        .and.not.include('<tbody>')
        .and.not.include('<b>');
      expect(text).to.include(lead.replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
    });
  }

  for (const query of [
    'account=ann',
    'account=%00',
    'action=LOOKED',
    'action=MAIL_SENT&action=NOTED',
    'from=yesterday',
    'from=2026-02-30',
    'to=0000-01-01',
    'after=x',
    'after=-1',
    'after=1.5',
    'after=1e3',
    'after=0',
    'before=0',
    'after=99999999999999999999',
    'after=9223372036854775808',
    'after=1&before=2',
    `lead=${'a'.repeat(201)}`,
  ]) {
    it(`returns 400 for ${query.slice(0, 40)}`, async () => {
      expect((await get(`/audit?${query}`)).status).to.equal(400);
    });
  }

  it('escapes the names of accounts', async () => {
    const name = '<img src=x onerror="alert(1)">';
    await fixture.owner('accounts').where({ id: fixture.bob.id }).update({ name });
    await addEvent({ actor: fixture.bob.id });
    const { text } = await get('/audit');
    expect(text).to.include('&lt;img').and.not.include('<img');
  });

  it('is for administrators only', async () => {
    expect((await fixture.get('/audit')).status).to.equal(403);
  });
});
