import { expect } from 'chai';
import { startInternalApp, type InternalFixture } from '../../../support/apps/internal-app';
import type { Account } from '../../../../common/accounts/repository';

describe('POST /leads/:id/undo', () => {
  let fixture: InternalFixture;
  let id: string;

  beforeEach(async () => {
    fixture = await startInternalApp();
    ({ id } = await fixture.addLead());
  });

  afterEach(async () => {
    await fixture.close();
  });

  const send = (action: string, as?: Account, fields: Record<string, string> = {}) =>
    fixture.post(`/leads/${id}/${action}`, as).type('form').send(fields);
  const lead = (): PromiseLike<unknown> =>
    fixture
      .owner('leads')
      .where({ id })
      .first<unknown>('state', 'reached_out_at', 'reached_out_by');
  const age = (minutes: number) =>
    fixture
      .owner('audit_events')
      .update({ at: fixture.owner.raw(`at - ${minutes} * interval '1 minute'`) });
  const notes = () => fixture.owner('notes').pluck<string[]>('text');
  const waiting = { state: 'PENDING', reached_out_at: null, reached_out_by: null };

  it('takes back one’s own marking, and records that', async () => {
    await send('reached-out');
    const answer = await send('undo');
    expect([answer.status, answer.headers.location]).to.deep.equal([303, `/leads/${id}`]);
    expect(await lead()).to.deep.equal(waiting);
    const event: unknown = await fixture
      .owner('audit_events')
      .where({ action: 'UNDONE' })
      .first('actor', 'lead_id', 'details');
    const details = { undone: 'REACHED_OUT' };
    expect(event).to.deep.equal({ actor: fixture.ann.id, lead_id: id, details });
    const { text } = await fixture.get(`/leads/${id}`, fixture.bob);
    expect(text).to.include('<bdi>Ann</bdi> took back that it was reached out to');
  });

  it('takes back one’s own reopening, with who had reached out and when', async () => {
    await send('reached-out', fixture.bob);
    const before = await lead();
    await send('reopen', fixture.ann, { reason: 'Called' });
    expect((await send('undo', fixture.bob)).status).to.equal(409);
    expect((await send('undo')).status).to.equal(303);
    expect(await lead()).to.deep.equal(before);
  });

  const refusals: [string, () => Promise<unknown>, RegExp][] = [
    ['nothing', () => Promise.resolve(), /There is nothing to undo\. Nothing was changed\./],
    [
      'a colleague’s marking',
      () => Promise.resolve(send('reached-out', fixture.bob)),
      /Bob reached out just now\. Nothing was changed\./,
    ],
    [
      'what a colleague changed since',
      async () => {
        await send('reached-out');
        await send('reopen', fixture.bob, { reason: 'Wrong' });
        await age(2);
      },
      /Bob reopened it 2 minutes ago\. Nothing was changed\./,
    ],
    [
      'what is older than 10 minutes',
      async () => {
        await send('reached-out');
        await age(11);
      },
      /You reached out 11 minutes ago\. It can be undone for 10 minutes\. Nothing was changed\./,
    ],
    [
      'the same twice',
      async () => {
        await send('reached-out');
        await send('undo');
      },
      /You took it back just now\. Nothing was changed\./,
    ],
  ];
  for (const [name, prepare, message] of refusals) {
    it(`refuses to undo ${name}, says what happened, and keeps the note in its field`, async () => {
      await prepare();
      const before = [await lead(), await notes()];
      const answer = await send('undo', fixture.ann, { text: 'Half a note' });
      expect(answer.status).to.equal(409);
      expect(answer.text).to.match(message);
      expect(answer.text).to.match(/not stored yet[^]*<textarea[^>]*>\nHalf a note<\/textarea>/);
      expect([await lead(), await notes()]).to.deep.equal(before);
    });
  }

  it('undoes a marking, or refuses, when a colleague reopens it at the same instant', async () => {
    for (let i = 0; i < 8; i++) {
      await send('reached-out');
      const answers = await Promise.all([
        send('undo'),
        send('reopen', fixture.bob, { reason: 'Wrong' }),
      ]);
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([303, 409]);
      expect(await lead()).to.deep.equal(waiting);
    }
  });

  it('is offered in place of the reason, for 10 minutes and to nobody else', async () => {
    await send('reached-out');
    const page = async (as?: Account) => (await fixture.get(`/leads/${id}`, as)).text;
    expect(await page())
      .to.include(`/leads/${id}/undo`)
      .and.not.include('id="reason"');
    expect(await page(fixture.bob))
      .to.include('id="reason"')
      .and.not.include('/undo"');
    await age(11);
    expect(await page())
      .to.include('id="reason"')
      .and.not.include('/undo"');
  });

  it('leaves assignment alone', async () => {
    await send('reached-out');
    await send('assign', fixture.bob, { account: fixture.bob.id });
    expect((await send('undo')).status).to.equal(303);
    expect(await fixture.owner('leads').pluck('assigned_to')).to.deep.equal([fixture.bob.id]);
  });

  it('asks no reason for reopening one’s own marking within 10 minutes', async () => {
    await send('reached-out');
    expect((await send('reopen')).status).to.equal(303);
    expect(await lead()).to.deep.equal(waiting);
    await send('reached-out');
    await fixture.owner('leads').update({ reached_out_at: new Date(Date.now() - 11 * 60_000) });
    expect((await send('reopen')).status).to.equal(422);
  });

  describe('the notice', () => {
    const flashOf = (headers: Record<string, unknown>) =>
      /(flash=[^;]+)/.exec(String(headers['set-cookie']))?.[1] ?? '';

    it('names the lead and offers the undo where one goes on', async () => {
      const next = await fixture.addLead({ lastName: 'Next' });
      const answer = await fixture
        .post(`/leads/${id}/reached-out?state=PENDING`)
        .type('form')
        .send({ then: 'next', text: 'Called' });
      expect(answer.headers.location).to.equal(`/leads/${next.id}`); // the view of no parameter
      const cookie = flashOf(answer.headers);
      expect(cookie).to.not.match(/carla|moreno/i);
      const { text } = await fixture.get(String(answer.headers.location)).set('Cookie', cookie);
      expect(text).to.include(
        'Marked <bdi>Carla Moreno</bdi> as reached out. Your note is stored.',
      );
      expect(text).to.include(`formaction="/leads/${id}/undo"`);
    });

    it('tells nobody the name of a lead that they did not mark', async () => {
      await send('reached-out', fixture.bob);
      const { text } = await fixture.get('/account').set('Cookie', `flash=REACHED_OUT.${id}`);
      expect(text).to.include('Marked as reached out.').and.not.include('Carla');
      expect(text).to.not.include('/undo');
    });
  });
});
