import { expect } from 'chai';
import { startInternalApp, type InternalFixture } from '../../../support/apps/internal-app';

describe('/leads/:id', () => {
  let fixture: InternalFixture;

  beforeEach(async () => {
    fixture = await startInternalApp();
  });

  afterEach(async () => {
    await fixture.close();
  });

  it('shows the lead, and records that it was opened', async () => {
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
    expect(late.text).to.include('Already reached out: Ann did, just now. Nothing was changed.');
    expect(await fixture.owner('leads').first('reached_out_at', 'reached_out_by')).to.deep.equal(
      before,
    );
    expect((await fixture.post(`/leads/${id}/reached-out`)).status).to.equal(303); // a double click
    const { text } = await fixture.get(`/leads/${id}`, fixture.bob);
    expect(text).to.match(/by <bdi>Ann<\/bdi>/);
  });

  it('marks a lead once when two accounts press the button at once', async () => {
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

  it('returns to the page of the list where the button was pressed', async () => {
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

  for (const reason of ['', '  ', 'a\tb\u0007', 'x'.repeat(1001)]) {
    it(`does not reopen for a reason of ${reason.length} characters`, async () => {
      const { id } = await fixture.addLead();
      await fixture.post(`/leads/${id}/reached-out`);
      const answer = await fixture
        .post(`/leads/${id}/reopen`, fixture.bob)
        .type('form')
        .send({ reason });
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
