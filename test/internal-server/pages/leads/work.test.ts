import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { startInternalApp, type InternalFixture } from '../../../support/apps/internal-app';

describe('/leads/:id', () => {
  let fixture: InternalFixture;

  beforeEach(async () => {
    fixture = await startInternalApp();
  });

  afterEach(async () => {
    await fixture.close();
  });

  const send = (url: string, fields: Record<string, string>, as = fixture.ann) =>
    fixture.post(url, as).type('form').send(fields);
  const events = (action: string) => fixture.owner('audit_events').where({ action });

  describe('POST /leads/:id/notes', () => {
    it('keeps the text, line by line, under its author', async () => {
      const { id } = await fixture.addLead();
      const answer = await send(`/leads/${id}/notes`, { text: ' Called.\r\n<b>Busy</b> ' });
      expect([answer.status, answer.headers.location]).to.deep.equal([303, `/leads/${id}`]);
      const { text } = await fixture.get(`/leads/${id}`, fixture.bob);
      expect(text).to.include('Called.\n&lt;b&gt;Busy&lt;/b&gt;</p>').and.include('<bdi>Ann</bdi>');
      expect(text).to.match(/<bdi>Ann<\/bdi> added a note/);
    });

    it('leaves nothing of the text in the audit', async () => {
      const { id } = await fixture.addLead();
      await send(`/leads/${id}/notes`, { text: 'Carla is ill' });
      expect(await events('NOTED')).to.have.length(1);
      expect(JSON.stringify(await fixture.owner('audit_events'))).to.not.include('ill');
    });

    it('accepts 10,000 characters of any script, and not one more', async () => {
      const { id } = await fixture.addLead();
      expect((await send(`/leads/${id}/notes`, { text: '王'.repeat(10_000) })).status).to.equal(
        303,
      );
      const long = await send(`/leads/${id}/notes`, { text: 'x'.repeat(10_001) });
      expect(long.status).to.equal(422);
      expect(long.text).to.include('Use at most 10,000 characters.').and.include('xxx</textarea>');
      expect(await fixture.owner('notes')).to.have.length(1);
    });

    it('refuses an empty note, with the message at the field', async () => {
      const { id } = await fixture.addLead();
      const answer = await send(`/leads/${id}/notes`, { text: ' \n ' });
      expect(answer.status).to.equal(422);
      expect(answer.text).to.include('id="text-error"').and.include('aria-invalid="true"');
      expect(await fixture.owner('notes')).to.be.empty;
    });

    it('returns 404 for an unknown lead', async () => {
      const answer = await send(`/leads/${randomUUID()}/notes`, { text: 'x' });
      expect(answer.status).to.equal(404);
    });
  });

  describe('POST /leads/:id/assign', () => {
    const assignee = async () =>
      (await fixture.owner('leads').first<{ assigned_to: string | null }>()).assigned_to;

    it('takes a lead, gives it to a colleague, and unassigns it', async () => {
      const { id } = await fixture.addLead();
      await send(`/leads/${id}/assign`, { account: fixture.ann.id });
      expect(await assignee()).to.equal(fixture.ann.id);
      await send(`/leads/${id}/assign`, { account: fixture.bob.id });
      expect(await assignee()).to.equal(fixture.bob.id);
      await send(`/leads/${id}/assign`, { account: '' });
      expect(await assignee()).to.equal(null);
      const { text } = await fixture.get(`/leads/${id}`);
      const said = [
        ...text.matchAll(/<bdi>Ann<\/bdi> (took it|unassigned it|assigned it to \w+)/g),
      ];
      expect(said.map(([, words]) => words)).to.deep.equal([
        'unassigned it',
        'assigned it to Bob',
        'took it',
      ]);
    });

    it('refuses a disabled account, an unknown one, and what is no id', async () => {
      const { id } = await fixture.addLead();
      await fixture.owner('accounts').where({ id: fixture.bob.id }).update({ is_active: false });
      for (const account of [fixture.bob.id, randomUUID(), 'x']) {
        const answer = await send(`/leads/${id}/assign`, { account });
        expect(answer.status).to.equal(422);
        expect(answer.text).to.include('id="account-error"');
      }
      expect(await assignee()).to.equal(null);
      expect(await events('ASSIGNED')).to.be.empty;
    });
  });

  describe('POST /leads/:id/not-spam', () => {
    it('moves the lead to the others and queues its emails', async () => {
      const { id } = await fixture.addLead({ flaggedReason: 'honeypot' });
      const answer = await fixture.post(`/leads/${id}/not-spam`);
      expect(answer.status).to.equal(303);
      const mails: unknown = await fixture.owner('outbox').select('state', 'last_error');
      const queued = { state: 'QUEUED', last_error: null };
      expect(mails).to.deep.equal([queued, queued]);
      expect((await fixture.get('/leads')).text).to.include(`href="/leads/${id}"`);
      expect(await events('NOT_SPAM')).to.have.length(1);
    });

    it('says so when a colleague was faster, and queues nothing twice', async () => {
      const { id } = await fixture.addLead({ flaggedReason: 'honeypot' });
      await Promise.all([fixture.get('/leads'), fixture.get('/leads', fixture.bob)]);
      const answers = await Promise.all([
        fixture.post(`/leads/${id}/not-spam`),
        fixture.post(`/leads/${id}/not-spam`, fixture.bob),
      ]);
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([303, 409]);
      await fixture.owner('outbox').update({ state: 'SENT', sent_at: new Date() });
      expect((await fixture.post(`/leads/${id}/not-spam`)).status).to.equal(409);
      expect(await fixture.owner('outbox').where({ state: 'QUEUED' })).to.be.empty;
    });
  });

  describe('POST /leads/:id/delete', () => {
    const fileOf = (key: string) => path.join(fixture.folder, key);
    const exists = (file: string) =>
      access(file).then(
        () => true,
        () => false,
      );

    it('removes row, notes, emails and file, and keeps an event that names nobody', async () => {
      const lead = await fixture.addLead();
      await send(`/leads/${lead.id}/notes`, { text: 'Carla called' });
      const other = await fixture.addLead();
      const confirm = lead.id.slice(0, 8).toUpperCase();
      const answer = await send(`/leads/${lead.id}/delete`, { confirm }, fixture.admin);
      expect([answer.status, answer.headers.location]).to.deep.equal([303, '/leads']);

      expect(await fixture.owner('leads').pluck('id')).to.deep.equal([other.id]);
      expect(await fixture.owner('notes')).to.be.empty;
      expect(await fixture.owner('outbox').where({ lead_id: lead.id })).to.be.empty;
      expect(await exists(fileOf(lead.resume.key))).to.be.false;
      expect(await exists(fileOf(other.resume.key))).to.be.true;
      const event: unknown = await events('LEAD_DELETED').first();
      expect(event).to.include({ actor: fixture.admin.id, lead_id: lead.id });
      expect(JSON.stringify(await fixture.owner('audit_events'))).to.not.match(/carla|moreno/i);
      expect((await fixture.get(`/leads/${lead.id}`)).status).to.equal(404);
    });

    it('takes the reference as the CSV has it', async () => {
      const { id } = await fixture.addLead();
      const confirm = `#${id.slice(0, 8)}`;
      expect((await send(`/leads/${id}/delete`, { confirm }, fixture.admin)).status).to.equal(303);
    });

    it('needs the reference to be typed', async () => {
      const lead = await fixture.addLead();
      for (const confirm of ['', '#', 'yes', lead.id.slice(0, 7), lead.id]) {
        const answer = await send(`/leads/${lead.id}/delete`, { confirm }, fixture.admin);
        expect(answer.status).to.equal(422);
        expect(answer.text).to.include('id="confirm-error"').and.include('<details open>');
      }
      expect(await exists(fileOf(lead.resume.key))).to.be.true;
    });

    it('leaves the file to another lead that names it', async () => {
      await fixture.owner.raw('drop index leads_resume_key'); // as before migration 014
      const lead = await fixture.addLead();
      const copy = await fixture.addLead();
      await fixture.owner('leads').where({ id: copy.id }).update({ resume_key: lead.resume.key });
      for (const [{ id }, isKept] of [
        [copy, true],
        [lead, false],
      ] as const) {
        const answer = await send(
          `/leads/${id}/delete`,
          { confirm: id.slice(0, 8) },
          fixture.admin,
        );
        expect(answer.status).to.equal(303);
        expect(await fixture.owner('leads').where({ id })).to.be.empty;
        expect(await exists(fileOf(lead.resume.key))).to.equal(isKept);
      }
    });

    it('changes nothing, and says so, while the file cannot be removed', async () => {
      const failing = await startInternalApp({
        resumes: {
          read: () => Promise.resolve(undefined),
          list: () => never(),
          checkReadable: () => Promise.resolve(),
          remove: () => Promise.reject(Object.assign(new Error(), { code: 'ECONNREFUSED' })),
        },
      });
      const lead = await failing.addLead();
      const answer = await failing
        .post(`/leads/${lead.id}/delete`, failing.admin)
        .type('form')
        .send({ confirm: lead.id.slice(0, 8) });
      expect(answer.status).to.equal(503);
      expect(await failing.owner('leads')).to.have.length(1);
      await failing.close();
    });

    it('succeeds when the file is already gone', async () => {
      const lead = await fixture.addLead({
        resume: {
          key: `resumes/${randomUUID()}`,
          filename: 'cv.pdf',
          type: 'pdf',
          bytes: 1,
          sha256: '0'.repeat(64),
        },
      });
      const confirm = lead.id.slice(0, 8);
      const answer = await send(`/leads/${lead.id}/delete`, { confirm }, fixture.admin);
      expect(answer.status).to.equal(303);
    });

    it('is offered to administrators only', async () => {
      const { id } = await fixture.addLead();
      expect((await fixture.get(`/leads/${id}`)).text).to.not.include('/delete');
      expect((await fixture.get(`/leads/${id}`, fixture.admin)).text).to.include('/delete');
    });
  });

  describe('POST /leads/reached-out', () => {
    const mark = (ids: string[]) =>
      fixture
        .post('/leads/reached-out')
        .type('form')
        .send(ids.map((id) => `ids=${encodeURIComponent(id)}`).join('&'));
    const outcomes = (html: string) =>
      [...html.matchAll(/<td><span class="badge [\w-]+">([^<]+)<\/span> ([^<]+)<\/td>/g)].map(
        ([, short, long]) => `${short}: ${long}`,
      );

    it('shows a result for each lead', async () => {
      const mine = await fixture.addLead();
      const theirs = await fixture.addLead();
      await fixture.post(`/leads/${theirs.id}/reached-out`, fixture.bob);
      const { status, text } = await mark([mine.id, theirs.id, randomUUID(), "x'--"]);
      expect(status).to.equal(200);
      expect(outcomes(text)).to.deep.equal([
        'Done: Marked as reached out.',
        'Not changed: Already reached out: Bob did, just now.',
        'Not changed: No such lead. It may have been deleted.',
        'Not changed: No such lead. It may have been deleted.',
      ]);
      const rows = await fixture
        .owner('leads')
        .whereNotNull('reached_out_by')
        .pluck('reached_out_by');
      expect(rows).to.have.members([fixture.ann.id, fixture.bob.id]);
    });

    it('accepts a whole page of 100', async () => {
      const ids = [];
      for (let i = 0; i < 100; i++) ids.push((await fixture.addLead()).id);
      const { text } = await mark(ids);
      expect(text).to.include('100 of 100 marked as reached out.');
    });

    it('refuses more than 500, and marks none', async () => {
      const { id } = await fixture.addLead();
      const ids = [id, ...Array.from({ length: 500 }, () => randomUUID())];
      expect((await mark(ids)).status).to.equal(422);
      expect(await fixture.owner('leads').where({ state: 'REACHED_OUT' })).to.be.empty;
    });

    it('says what to do when nothing was selected', async () => {
      const { text } = await mark([]);
      expect(text).to.include('No lead was selected.');
    });
  });

  describe('GET /leads/:id', () => {
    it('shows the other submissions from the address, regardless of case', async () => {
      const { id } = await fixture.addLead({ email: 'carla@example.com' });
      const other = await fixture.addLead({ email: 'CARLA@example.com', lastName: 'Again' });
      await fixture.addLead({ email: 'carla@example.org', lastName: 'Else' });
      const { text } = await fixture.get(`/leads/${id}`);
      expect(text).to.include('2 submissions from this address');
      expect(text).to.include(`href="/leads/${other.id}"`).and.not.include('Carla Else');
    });

    it('lists everything that happened, newest first, with who did it, and who read it apart', async () => {
      const { id } = await fixture.addLead();
      await fixture.get(`/leads/${id}`);
      await fixture.get(`/leads/${id}/resume`, fixture.bob);
      await fixture.post(`/leads/${id}/reached-out`);
      await send(`/leads/${id}/reopen`, { reason: 'wrong person' }, fixture.bob);
      const { text } = await fixture.get(`/leads/${id}`, fixture.admin);
      const entries = [...text.matchAll(/<\/time>\s*<span>(.*?)<\/span>\s*<\/li>/gs)].map(
        ([, html]) => html!.replace(/<[^>]+>/g, '').trim(),
      );
      expect(entries).to.deep.equal([
        'Bob reopened it: wrong person',
        'Ann reached out',
        'Bob downloaded the resume',
        'Submitted',
        'Admin opened this page',
        'Ann opened this page',
      ]);
      expect(text).to.include('<summary>Who read it: 2 entries</summary>');
    });

    it('shows that it was opened even after a change made in the list', async () => {
      const { id } = await fixture.addLead();
      await fixture.post(`/leads/${id}/reached-out`);
      const { text } = await fixture.get(`/leads/${id}`);
      expect(text).to.match(/<bdi>Ann<\/bdi> opened this page/);
      const again = await fixture.get(`/leads/${id}`);
      expect(again.text.match(/opened this page/g)).to.have.length(1);
    });

    it('shows every change among many openings, and says what it leaves out', async () => {
      const { id } = await fixture.addLead();
      await fixture.post(`/leads/${id}/reached-out`, fixture.bob);
      await fixture.owner.raw(
        `insert into audit_events (at, actor, action, lead_id)
        select now() - (401 - i) * interval '1 hour', ?, 'LEAD_OPENED', ?::uuid
        from generate_series(1, 400) as i`,
        [fixture.ann.id, id],
      );
      const { text } = await fixture.get(`/leads/${id}`);
      expect(text).to.match(/<bdi>Bob<\/bdi> reached out/);
      expect(text).to.include('Older events are not shown').and.include('Submitted');
      expect(text.match(/opened this page/g)).to.have.length(300);
    });

    it('says so when an account marks the lead again', async () => {
      const { id } = await fixture.addLead();
      await fixture.post(`/leads/${id}/reached-out`);
      const again = await fixture.post(`/leads/${id}/reached-out`);
      expect(String(again.headers['set-cookie'])).to.include('flash=REACHED_OUT_ALREADY');
    });

    it('shows the flash message once', async () => {
      const { id } = await fixture.addLead();
      const answer = await send(`/leads/${id}/notes`, { text: 'x' });
      const [, cookie = ''] = /(flash=[^;]+)/.exec(String(answer.headers['set-cookie'])) ?? [];
      const first = await fixture.get(`/leads/${id}`).set('Cookie', cookie);
      expect(first.text).to.include('Note added.');
      expect(String(first.headers['set-cookie'])).to.match(/^flash=;.*expires=Thu, 01 Jan 1970/);
      const forged = await fixture.get(`/leads/${id}`).set('Cookie', 'flash=constructor.<b>');
      expect(forged.status).to.equal(200);
      expect(forged.text).to.not.include('class="flash"');
    });
  });
});

// eslint-disable-next-line @typescript-eslint/require-await
async function* never(): AsyncGenerator<never> {
  throw new Error('not asked for');
}
