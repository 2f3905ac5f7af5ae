import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { startInternalApp, type InternalFixture } from '../../../support/apps/internal-app';

describe('the note field of /leads/:id', () => {
  let fixture: InternalFixture;

  beforeEach(async () => {
    fixture = await startInternalApp();
  });

  afterEach(async () => {
    await fixture.close();
  });

  const send = (id: string, action: string, fields: Record<string, string>, as = fixture.ann) =>
    fixture.post(`/leads/${id}/${action}`, as).type('form').send(fields);
  const notes = () => fixture.owner('notes').pluck<string[]>('text');
  const changes = () =>
    fixture
      .owner('audit_events')
      .whereIn('action', ['REACHED_OUT', 'REOPENED', 'ASSIGNED', 'NOT_SPAM', 'UNDONE', 'NOTED']);

  async function leadFor(action: string): Promise<string> {
    const { id } = await fixture.addLead({ flaggedReason: action === 'not-spam' ? 'x' : null });
    if (['reopen', 'undo'].includes(action)) await fixture.post(`/leads/${id}/reached-out`);
    return id;
  }

  for (const action of ['reached-out', 'reopen', 'undo', 'assign', 'not-spam']) {
    it(`goes with POST /leads/:id/${action}, once however often it is pressed`, async () => {
      const id = await leadFor(action);
      const fields = { text: ' Called.\r\nBusy ', reason: '', account: fixture.bob.id };
      await Promise.all([fixture.get('/account'), fixture.get('/account', fixture.bob)]);
      const answers = await Promise.all([send(id, action, fields), send(id, action, fields)]);
      const second = ['reached-out', 'assign'].includes(action) ? 303 : 409;
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([303, second]);
      expect(await notes()).to.deep.equal(['Called.\nBusy']);
      const late = await send(id, action, fields);
      expect(late.text).to.not.include('Busy</textarea>');
    });

    it(`refuses POST /leads/:id/${action} with a note that is too long`, async () => {
      const id = await leadFor(action);
      const before = await changes();
      const answer = await send(id, action, { text: 'x'.repeat(10_001), account: fixture.bob.id });
      expect(answer.status).to.equal(422);
      expect(answer.text).to.include('Use at most 10,000 characters.').and.include('x</textarea>');
      expect((await send(id, action, { text: 'a\0b' })).status).to.equal(400);
      expect(await changes()).to.deep.equal(before);
      expect(await notes()).to.be.empty;
    });
  }

  it('is added to no lead when a colleague was first, and comes back', async () => {
    const { id } = await fixture.addLead();
    await send(id, 'reached-out', {}, fixture.bob);
    const answer = await send(id, 'reached-out', { text: 'I called <b>', then: 'next' });
    expect(answer.status).to.equal(409);
    expect(answer.text).to.include('\nI called &lt;b&gt;</textarea>');
    expect(await notes()).to.be.empty;
  });

  it('belongs to the page’s own lead when another one is taken back', async () => {
    const [mine, other] = [await fixture.addLead(), await fixture.addLead()];
    const fields = { text: 'About the other', note_lead: other.id };
    await send(mine.id, 'reached-out', {});
    const long = await send(mine.id, 'undo', { ...fields, text: 'x'.repeat(10_001) });
    expect(long.status).to.equal(422);
    expect(long.text).to.include(`/leads/${other.id}/notes`);
    expect((await send(mine.id, 'undo', { ...fields, note_lead: randomUUID() })).status).to.equal(
      404,
    );
    const { status, headers } = await send(mine.id, 'undo', fields);
    expect(status).to.equal(303);
    const [cookie = ''] = headers['set-cookie'] as unknown as string[];
    const shown = await fixture.get(`/leads/${mine.id}`).set('Cookie', cookie.split(';')[0]!);
    expect(shown.text).to.include('Your note is stored.');
    const refused = await send(mine.id, 'undo', fields);
    expect(refused.status).to.equal(409);
    expect(refused.text).to.include(
      'Your note is stored with the lead on whose page you wrote it.',
    );
    const rows: unknown = await fixture.owner('notes').select('lead_id', 'text');
    expect(rows).to.deep.equal([{ lead_id: other.id, text: 'About the other' }]);
  });

  it('is not stored by the deletion', async () => {
    const { id } = await fixture.addLead();
    await send(id, 'delete', { text: 'x', confirm: id.slice(0, 8) }, fixture.admin);
    expect(await notes()).to.be.empty;
  });
});
