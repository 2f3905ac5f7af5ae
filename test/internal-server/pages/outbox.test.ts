import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import type { DeliveryStatus } from '../../../common/mail/delivery-status';
import { hashAddress } from '../../../common/outbox/recipients';
import { startInternalApp, type InternalFixture } from '../../support/apps/internal-app';
import { recordedChanges } from '../../support/apps/recorded';

describe('/outbox', () => {
  let fixture: InternalFixture;
  let status: DeliveryStatus;
  let tries = 0;
  const server = 'mail.example:587';

  before(async () => {
    fixture = await startInternalApp({
      delivery: { status: () => status, tryNow: () => status.state === 'PAUSED' && ++tries > 0 },
    });
  });

  beforeEach(async () => {
    status = { state: 'RUNNING', since: new Date(), server };
    await fixture.owner('leads').delete();
    await fixture.owner('audit_events').delete();
  });

  after(async () => {
    await fixture.close();
  });

  const get = (url: string) => fixture.get(url, fixture.admin);
  const post = (url: string, fields: Record<string, string> = {}) =>
    fixture.post(url, fixture.admin).type('form').send(fields);
  const later = (seconds: number) =>
    fixture.owner.raw("now() + ? * interval '1 second'", [seconds]);

  /** The notification of a new lead as it stands, without the acknowledgement. Answers its id. */
  async function addMail(values: Record<string, unknown>, lastName = 'Moreno'): Promise<string> {
    const lead = await fixture.addLead({ lastName });
    const mails = () => fixture.owner('outbox').where({ lead_id: lead.id });
    await mails().where({ kind: 'ACKNOWLEDGEMENT' }).delete();
    const [row] = await mails().update(values).returning<{ id: string }[]>('id');
    return row!.id;
  }

  const stateOf = async (id: string) =>
    (await fixture.owner('outbox').where({ id }).first<{ state: string }>('state')).state;
  const events = () => recordedChanges(fixture.owner).pluck('action');
  const failed = { state: 'FAILED', last_error: 'RCPT 550', attempts: 1 };

  /** The last names on a page. */
  const namesOn = (html: string) =>
    [...html.matchAll(/<bdi>Carla ([^<]+)<\/bdi>/g)].map(([, name]) => name!);

  it('says which notifications share an email, here, on their leads and in JSON', async () => {
    const carrier = await addMail({ gathered_at: later(0) }, 'First');
    const members = [
      await addMail({ gathered_into: carrier }, 'Second'),
      await addMail({ gathered_into: carrier }, 'Third'),
    ];
    const { text } = await get('/outbox?state=QUEUED');
    expect(text.match(/in one email with 2 others/g)).to.have.length(3);
    expect(text.match(/>Dismiss all 3</g)).to.have.length(1);
    const [leadId] = await fixture
      .owner('outbox')
      .where({ id: members[1] })
      .pluck<string[]>('lead_id');
    expect((await get(`/leads/${leadId}`)).text).to.include(
      'Notification: in one email with 2 others: waiting to be sent',
    );
    const response = await get('/api/outbox?state=QUEUED');
    const { items } = response.body as { items: { gathered_into: string | null }[] };
    expect(items.map((each) => each.gathered_into)).to.have.members([null, carrier, carrier]);
    await post(`/outbox/${members[0]}/dismiss`, { state: 'QUEUED' });
    expect((await get('/outbox?state=QUEUED')).text).to.include('in one email with another');
    await post(`/outbox/${carrier}/dismiss`, { state: 'QUEUED' });
    expect(await Promise.all([carrier, ...members].map(stateOf))).to.deep.equal(
      Array(3).fill('DISMISSED'),
    );
  });

  it('shows failed emails first, and each state in a view of its own', async () => {
    const states = ['FAILED', 'UNKNOWN', 'QUEUED', 'SENT', 'SKIPPED', 'DISMISSED'];
    for (const state of states) await addMail({ state }, state);
    for (const state of states) {
      const { text } = await get(`/outbox?state=${state}`);
      expect(namesOn(text)).to.deep.equal([state]);
      expect(text).to.match(
        new RegExp(`href="/outbox\\?state=${state}" aria-current="page">[^<]+<span[^>]+>1</span>`),
      );
    }
    expect(namesOn((await get('/outbox')).text)).to.deep.equal(['FAILED']);
  });

  it('shows the kind of an email, its lead, and why it failed', async () => {
    const id = await addMail(failed);
    const { lead_id } = await fixture.owner('outbox').first<{ lead_id: string }>('lead_id');
    const { text } = await get('/outbox?state=FAILED');
    expect(text)
      .to.include('Notification')
      .and.include(`<a href="/leads/${lead_id}"><bdi>Carla Moreno</bdi></a>`)
      .and.include(lead_id.slice(0, 8))
      .and.include('the mail server refused the recipient (code 550)');
    expect(text)
      .to.include(`action="/outbox/${id}/resend"`)
      .and.include(`action="/outbox/${id}/dismiss"`);
  });

  it('offers only what can be done', async () => {
    const offers: [Record<string, unknown>, string[]][] = [
      [{ state: 'FAILED' }, ['Send again', 'Dismiss']],
      [{ state: 'DISMISSED' }, ['Send again']],
      [{ state: 'UNKNOWN', unanswered: 1 }, ['Send again', 'Dismiss']],
      [{ state: 'UNKNOWN', unanswered: 1, locked_until: later(20) }, []],
      [{ state: 'QUEUED', next_attempt_at: later(600) }, ['Try now', 'Dismiss']],
      [{ state: 'QUEUED', next_attempt_at: later(-1) }, ['Dismiss']],
      [{ state: 'QUEUED', locked_until: later(20), next_attempt_at: later(60) }, []],
      [{ state: 'SENT', sent_at: later(-60) }, []],
      [{ state: 'SKIPPED', last_error: 'FLAGGED' }, []],
    ];
    for (const [values, expected] of offers) {
      const id = await addMail(values);
      const { text } = await get(`/outbox?state=${String(values.state)}`);
      const forms = text.matchAll(new RegExp(`/outbox/${id}/.*?class="small">([^<]+)<`, 'gs'));
      expect([...forms].map(([, label]) => label)).to.deep.equal(expected);
      await fixture.owner('leads').delete();
    }
  });

  it('says when a waiting email is due, when one was sent, and why one was not', async () => {
    await addMail({ state: 'QUEUED', next_attempt_at: later(7300) });
    expect((await get('/outbox?state=QUEUED')).text).to.match(/next attempt in <[^>]+>2 hours</);
    await addMail({ state: 'QUEUED', locked_until: later(20) });
    expect((await get('/outbox?state=QUEUED')).text).to.include('Being sent');
    await addMail({ state: 'SENT', sent_at: later(-7300) });
    expect((await get('/outbox?state=SENT')).text).to.match(/<time[^>]+>2 hours ago</);
    await addMail({ state: 'SKIPPED', last_error: 'FLAGGED' });
    expect((await get('/outbox?state=SKIPPED')).text).to.include('the submission is flagged');
  });

  it('sends a failed email again, returns to the view and says so', async () => {
    const id = await addMail(failed);
    const answer = await post(`/outbox/${id}/resend`, { state: 'FAILED' });
    expect([answer.status, answer.headers.location]).to.deep.equal([303, '/outbox?state=FAILED']);
    expect(await stateOf(id)).to.equal('QUEUED');
    const event: unknown = await recordedChanges(fixture.owner).first('actor', 'action', 'details');
    const details = { outbox_id: id, kind: 'NOTIFICATION' };
    const { id: actor } = fixture.admin;
    expect(event).to.deep.equal({ actor, action: 'MAIL_QUEUED', details });
    const cookie = answer.headers['set-cookie']![0]!.split(';')[0]!;
    const { text } = await get('/outbox?state=FAILED').set('Cookie', cookie);
    expect(text).to.include('The email is queued').and.include('No email has failed.');
  });

  it('makes a waiting email due at once', async () => {
    const id = await addMail({ next_attempt_at: later(3600) });
    const answer = await post(`/outbox/${id}/resend`, { state: 'QUEUED' });
    expect([answer.status, answer.headers.location]).to.deep.equal([303, '/outbox?state=QUEUED']);
    expect((await get('/outbox?state=QUEUED')).text).to.not.include('next attempt');
  });

  it('dismisses an email', async () => {
    const id = await addMail(failed);
    const answer = await post(`/outbox/${id}/dismiss`);
    expect([answer.status, answer.headers.location]).to.deep.equal([303, '/outbox?state=FAILED']);
    expect(await stateOf(id)).to.equal('DISMISSED');
    expect(await events()).to.deep.equal(['MAIL_DISMISSED']);
  });

  it('treats a double click as one', async () => {
    const id = await addMail(failed);
    for (const change of ['resend', 'dismiss']) {
      expect((await post(`/outbox/${id}/${change}`)).status).to.equal(303);
      expect((await post(`/outbox/${id}/${change}`)).status).to.equal(303);
    }
    expect(await events()).to.deep.equal(['MAIL_QUEUED', 'MAIL_DISMISSED']);
  });

  const tooLate: [string, () => Record<string, unknown>, string][] = [
    ['was sent', () => ({ state: 'SENT', sent_at: later(-3700) }), 'was sent 1 hour ago'],
    [
      'is not sent',
      () => ({ state: 'SKIPPED', last_error: 'FLAGGED' }),
      'is not sent at all: the submission is flagged',
    ],
    ['is in hand', () => ({ locked_until: later(20) }), 'is being sent at this moment'],
  ];
  for (const [name, values, truth] of tooLate) {
    for (const change of ['resend', 'dismiss']) {
      it(`returns 409 with the reason for ${change} when the email ${name}`, async () => {
        const id = await addMail(values());
        const state = await stateOf(id);
        const answer = await post(`/outbox/${id}/${change}`, { state: 'QUEUED' });
        expect(answer.status).to.equal(409);
        expect(answer.text)
          .to.include(`role="alert">Nothing was changed: this email ${truth}.`)
          .and.include('href="/outbox?state=QUEUED" aria-current="page"');
        expect(await stateOf(id)).to.equal(state);
        expect(await events()).to.deep.equal([]);
      });
    }
  }

  it('sends all failed emails again, and says so when there are none', async () => {
    const ids = [await addMail(failed), await addMail(failed)];
    const dismissed = await addMail({ state: 'DISMISSED' });
    expect((await get('/outbox')).text).to.include('Send all failed emails again');
    const answer = await post('/outbox/resend', { state: 'FAILED' });
    expect([answer.status, answer.headers.location]).to.deep.equal([303, '/outbox?state=FAILED']);
    expect(await Promise.all(ids.map(stateOf))).to.deep.equal(['QUEUED', 'QUEUED']);
    expect(await stateOf(dismissed)).to.equal('DISMISSED');
    expect(await events()).to.deep.equal(['MAIL_QUEUED', 'MAIL_QUEUED']);
    const again = await post('/outbox/resend', { state: 'FAILED' });
    expect(again.status).to.equal(409);
    expect(again.text).to.include('no email has failed');
  });

  it('pages through a state both ways', async () => {
    const names = Array.from({ length: 51 }, (_, i) => `No${String(i).padStart(2, '0')}`);
    for (const name of names) await addMail(failed, name);
    const first = (await get('/outbox')).text;
    const next = /rel="next" href="([^"]+)"/.exec(first)![1]!.replaceAll('&amp;', '&');
    const second = (await get(next)).text;
    expect([...namesOn(first), ...namesOn(second)]).to.deep.equal(names.reverse());
    expect(namesOn(second)).to.have.length(1);
    const prev = /rel="prev" href="([^"]+)"/.exec(second)![1]!.replaceAll('&amp;', '&');
    expect(namesOn((await get(prev)).text)).to.deep.equal(namesOn(first));
  });

  it('says whether delivery is running, without delay', async () => {
    expect((await get('/outbox')).text).to.include('Delivery is running, by mail.example:587.');
    const since = new Date(Date.now() - 7_300_000);
    status = { state: 'PAUSED', since, server, reason: 'AUTH 535 5.7.8', lastTriedAt: new Date() };
    const { text } = await get('/outbox');
    expect(text)
      .to.include('paused for 2 hours, because the mail server mail.example:587 accepts no email')
      .and.include('it refuses our user name or password (code 535 5.7.8)')
      .and.include('It was last tried just now');
    status = { state: 'NO_SERVER', since };
    expect((await get('/outbox')).text.match(/No mail server is configured/g)).to.have.length(1);
  });

  it('lets a paused delivery be tried now, and says so when it is not paused', async () => {
    const refused = await post('/outbox/try-now', { state: 'QUEUED' });
    expect(refused.status).to.equal(409);
    expect(refused.text).to.include('delivery is not paused');
    const lastTriedAt = new Date();
    status = { state: 'PAUSED', since: lastTriedAt, server, reason: 'AUTH 535', lastTriedAt };
    expect((await get('/outbox')).text).to.include('action="/outbox/try-now"');
    const answer = await post('/outbox/try-now', { state: 'QUEUED' });
    expect([answer.status, answer.headers.location]).to.deep.equal([303, '/outbox?state=QUEUED']);
    expect(tries).to.equal(1);
  });

  it('shows what became of a notification at each recipient, by address and in words', async () => {
    const id = await addMail({ state: 'SENT', sent_at: later(-60) });
    const recipients = [
      ['ann@lee.example', 'SENT', null],
      ['Bob@Lee.example', 'FAILED', 'RCPT 550 5.1.1'],
      ['gone@lee.example', 'FAILED', 'RCPT 552 5.2.2'],
    ] as const;
    for (const [address, state, last_error] of recipients) {
      const address_hash = Buffer.from(hashAddress(address), 'hex');
      await fixture.owner('outbox_recipients').insert({
        ...{ outbox_id: id, address_hash, state, last_error },
      });
    }
    const { text } = await get('/outbox?state=SENT');
    expect(text)
      .to.include('<li>ann@lee.example: sent</li>')
      .and.include('<li>bob@lee.example: refused: there is no such mailbox (code 550 5.1.1)</li>')
      .and.include('no longer in ATTORNEY_EMAILS: refused: the mailbox is full (code 552 5.2.2)')
      .and.include('bob@lee.example did not get 1 notification in the last seven days')
      .and.include('Send again to those who refused it');
    const { lead_id } = await fixture.owner('outbox').first<{ lead_id: string }>('lead_id');
    expect((await get(`/leads/${lead_id}`)).text).to.include('bob@lee.example: refused');
    expect((await post(`/outbox/${id}/resend`)).status).to.equal(303);
    const left = await fixture.owner('outbox_recipients').orderBy('state').pluck('state');
    expect(left).to.deep.equal(['QUEUED', 'QUEUED', 'SENT']);
  });

  it('does not say of a dismissed email that a recipient is tried again', async () => {
    const outbox_id = await addMail({ state: 'DISMISSED' });
    const address_hash = Buffer.from(hashAddress('ann@lee.example'), 'hex');
    const row = { outbox_id, address_hash, state: 'QUEUED', last_error: 'RCPT 451' };
    await fixture.owner('outbox_recipients').insert(row);
    const { lead_id } = await fixture.owner('outbox').first<{ lead_id: string }>('lead_id');
    for (const url of ['/outbox?state=DISMISSED', `/leads/${lead_id}`]) {
      expect((await get(url)).text, url).to.include('ann@lee.example: not sent: the mail server');
    }
  });

  it('says of an unconfirmed email what happens next, here and on the page of its lead', async () => {
    const values = { state: 'UNKNOWN', last_error: 'DATA ETIMEDOUT', unanswered: 1 };
    await addMail({ ...values, next_attempt_at: later(3630) });
    const { lead_id } = await fixture.owner('outbox').first<{ lead_id: string }>('lead_id');
    for (const url of ['/outbox?state=UNKNOWN', `/leads/${lead_id}`]) {
      expect((await get(url)).text, url)
        .to.include('may have arrived: the mail server did not reply in time')
        .and.include('It is sent once more in 1 hour');
    }
    await fixture.owner('outbox').update({ unanswered: 3 });
    for (const url of ['/outbox?state=UNKNOWN', `/leads/${lead_id}`]) {
      expect((await get(url)).text, url).to.include('not sent again unless an administrator');
    }
  });

  const words = [
    ...['RCPT 550', 'RCPT 450 4.2.1', 'RCPT ECONNECTION', 'RCPT EENVELOPE', 'DATA 554 5.7.1'],
    ...['RCPT EPROTOCOL', 'DATA EPROTOCOL'],
    ...['DATA 452 4.3.1', 'DATA 550', 'DATA NO_REPLY', 'DATA ETIMEDOUT', 'BUILD FAILED'],
    ...['REFUSED 550/451 2 of 3', 'RECORD FAILED', 'NO_RECIPIENT', 'DATA EPROTO'],
  ];
  for (const lastError of words) {
    it(`puts ${lastError} into words`, async () => {
      await addMail({ state: 'FAILED', last_error: lastError });
      const { text } = await get('/outbox');
      const reason = /<span class="hint word">([^<]+)</.exec(text)![1]!;
      expect(reason).to.match(/^[\da-z].{12,}/);
      expect(reason.replace(/\(.*\)|ATTORNEY_EMAILS/, '')).to.not.match(/[A-Z]{3}/);
    });
  }

  it('escapes what strangers typed', async () => {
    await addMail(failed, `<img src=x onerror="alert(1)">'`);
    const { text } = await get('/outbox');
    expect(text).to.include('&lt;img').and.not.include('<img');
  });

  it('is for administrators only', async () => {
    const id = await addMail(failed);
    expect((await fixture.get('/outbox')).status).to.equal(403);
    for (const url of [
      '/outbox/resend',
      '/outbox/try-now',
      `/outbox/${id}/resend`,
      `/outbox/${id}/dismiss`,
    ]) {
      expect((await fixture.post(url)).status, url).to.equal(403);
    }
    expect(await stateOf(id)).to.equal('FAILED');
  });

  it('refuses what another site sends', async () => {
    const id = await addMail(failed);
    const answer = await post(`/outbox/${id}/dismiss`).set('Sec-Fetch-Site', 'cross-site');
    expect(answer.status).to.equal(403);
    expect(await stateOf(id)).to.equal('FAILED');
  });

  const at = '2026-01-01T00:00:00.000Z';
  for (const query of [
    'state=LOST',
    'state=FAILED&state=SENT',
    'state=%00',
    'after=x',
    `after=${at}`,
    `after=${at}_1`,
    `after=_${randomUUID()}`,
    `after=${at}_${randomUUID()}_`,
    `after=0000-01-01T00:00:00.000Z_${randomUUID()}`,
    `after=2026-02-30T00:00:00.000Z_${randomUUID()}`,
    `after=${at}_${randomUUID()}%00`,
    `after=${at}_${randomUUID()}&before=${at}_${randomUUID()}`,
  ]) {
    it(`returns 400 for ${query}`, async () => {
      expect((await get(`/outbox?${query}`)).status).to.equal(400);
    });
  }

  it('returns 400 for an unknown view, and changes nothing', async () => {
    const id = await addMail(failed);
    for (const state of ['LOST', '//evil.example', 'a\0b']) {
      expect((await post(`/outbox/${id}/resend`, { state })).status).to.equal(400);
      expect((await post('/outbox/resend', { state })).status).to.equal(400);
    }
    expect(await stateOf(id)).to.equal('FAILED');
  });

  for (const id of ['1', randomUUID(), "x'--", '%00', '..%2f..']) {
    it(`returns 404 for the id ${id}`, async () => {
      expect((await post(`/outbox/${id}/resend`)).status).to.equal(404);
      expect((await post(`/outbox/${id}/dismiss`)).status).to.equal(404);
    });
  }
});
