import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import type supertest from 'supertest';
import { createLocalResumes } from '../../../support/apps/local-resumes';
import { startInternalApp, type InternalFixture } from '../../../support/apps/internal-app';
import { addLead } from '../../../support/apps/leads';
import { recordedChanges } from '../../../support/apps/recorded';

type Fields = Record<string, string | string[]>;

describe('POST /leads/bulk', () => {
  let fixture: InternalFixture;

  beforeEach(async () => {
    fixture = await startInternalApp();
  });

  afterEach(async () => {
    await fixture.close();
  });

  const send = (fields: Fields, as = fixture.ann, query = ''): supertest.Test => {
    const pairs = Object.entries(fields).flatMap(([name, values]) =>
      [values].flat().map((value) => [name, value]),
    );
    return fixture
      .post(`/leads/bulk${query}`, as)
      .type('form')
      .send(new URLSearchParams(pairs).toString());
  };
  const add = (last_name: string, fields = {}) => addLead(fixture.owner, { last_name, ...fields });
  const addMany = async (count: number, fields = {}) => {
    const ids: string[] = [];
    for (let i = 0; i < count; i++) ids.push(await add(`No${i}`, fields));
    return ids;
  };
  const outcomes = (html: string) =>
    [
      ...html.matchAll(/<tr>\s*<td>(.*?)<\/td>\s*<td><span[^>]*>([^<]+)<\/span> ([^<]+)<\/td>/gs),
    ].map(([, lead, short, long]) => `${lead!.replace(/<[^>]*>/g, '')}: ${short}: ${long}`);
  const recorded = async () =>
    (
      await recordedChanges(fixture.owner).select<
        { action: string; actor: string; lead_id: string; details: object }[]
      >('action', 'actor', 'lead_id', 'details')
    ).filter(({ action }) => !action.startsWith('ACCOUNT'));
  const states = async () =>
    Object.fromEntries(
      (
        await fixture
          .owner('leads')
          .select<{ last_name: string; state: string }[]>('last_name', 'state')
      ).map(({ last_name: name, state }) => [name, state]),
    );

  const giveBackForms = (html: string) =>
    [...html.matchAll(/<form[^>]*class="give-back">(.*?)<\/form>/gs)].map(([, form]) => {
      const fields: Record<string, string[]> = {};
      for (const [, name, value] of form!.matchAll(/name="([^"]+)" value="([^"]*)"/g))
        (fields[name!] ??= []).push(value!);
      return fields;
    });
  const assignees = async (ids: string[]) => {
    const rows = await fixture
      .owner('leads')
      .select<{ id: string; assigned_to: string | null }[]>();
    return ids.map((id) => rows.find((row) => row.id === id)!.assigned_to);
  };

  it('marks the selected as reached out, each recorded, and offers to undo each', async () => {
    const { ann, bob } = fixture;
    const one = await add('One');
    const two = await add('Two');
    const theirs = await add('Theirs');
    await fixture.post(`/leads/${theirs}/reached-out`, bob);
    const unknown = randomUUID();
    await fixture.owner('audit_events').delete();
    const fields = { action: 'reached-out', ids: [one, theirs, unknown, 'x', two, two] };
    const { status, text } = await send(fields);
    expect(status).to.equal(200);
    expect(outcomes(text)).to.deep.equal([
      'Carla One: Done: Marked as reached out.',
      'Carla Theirs: Not changed: Already reached out: Bob did, just now.',
      'Unknown: Not changed: No such lead. It may have been deleted.',
      'Unknown: Not changed: No such lead. It may have been deleted.',
      'Carla Two: Done: Marked as reached out.',
    ]);
    expect(text).to.include('2 of 5 marked as reached out.');
    const undo = [...text.matchAll(/action="(\/leads\/[^"]+\/undo)"/g)].map(([, url]) => url);
    expect(undo).to.have.members([`/leads/${one}/undo`, `/leads/${two}/undo`]);
    const event = { action: 'REACHED_OUT', actor: ann.id, details: {} };
    expect(await recorded()).to.have.deep.members([
      { ...event, lead_id: one },
      { ...event, lead_id: two },
    ]);
    const seen = fixture.owner('audit_events').whereIn('action', ['LEAD_OPENED', 'LEADS_LISTED']);
    expect(await seen.select('action', 'lead_id', 'details')).to.deep.equal([
      { action: 'LEADS_LISTED', lead_id: null, details: { filters: [], count: 1 } },
    ]); // nobody opened it, and a colleague's page must not say so

    const again = await send(fields); // a double click
    expect(outcomes(again.text)[0]).to.equal('Carla One: Not changed: You had already marked it.');
    expect(await recorded()).to.have.length(2);
  });

  it('assigns, and gives back to whom had them', async () => {
    const { ann, bob, owner } = fixture;
    const free = await addMany(2);
    const bobs = await add('Bobs', { assigned_to: bob.id });
    const mine = await add('Mine', { assigned_to: ann.id });
    const { text } = await send({ action: 'assign', account: ann.id, ids: [...free, bobs, mine] });
    expect(text).to.include('3 of 4 assigned.');
    expect(outcomes(text).at(-1)).to.equal('Carla Mine: Not changed: Ann has it already.');
    expect(await owner('leads').where({ assigned_to: ann.id })).to.have.length(4);
    expect((await recorded()).map(({ action, details }) => ({ action, details }))).to.deep.equal(
      Array(3).fill({ action: 'ASSIGNED', details: { account_id: ann.id } }),
    );
    for (const form of giveBackForms(text)) expect((await send(form)).status).to.equal(200);
    expect(await assignees([...free, bobs, mine])).to.deep.equal([null, null, bob.id, ann.id]);
  });

  it('takes no lead away from a colleague who has it since, when it is given back', async () => {
    const { admin, ann, bob } = fixture;
    const [kept, taken] = [await add('Kept'), await add('Taken')];
    const { text } = await send({ action: 'assign', account: bob.id, ids: [kept, taken] });
    await send({ action: 'assign', account: admin.id, ids: taken }, admin);
    const [undo] = giveBackForms(text);
    const undone = await send(undo!);
    expect(outcomes(undone.text)).to.deep.equal([
      'Carla Kept: Done: Assigned.',
      'Carla Taken: Not changed: Admin has it already.',
    ]);
    expect(await assignees([kept, taken])).to.deep.equal([null, admin.id]);

    await send({ action: 'assign', account: ann.id, ids: kept });
    const [again] = giveBackForms(undone.text); // from nobody to Bob, but Ann has it
    expect((await send(again!)).text).to.include('Ann has it already.');
    expect(await assignees([kept])).to.deep.equal([ann.id]);
  });

  it('assigns nothing to an account that is disabled or that there is not', async () => {
    const { owner, bob } = fixture;
    await owner('accounts').where({ id: bob.id }).update({ is_active: false });
    const id = await add('One', { assigned_to: fixture.ann.id });
    for (const account of [[bob.id], [randomUUID()], ['x'], []]) {
      const { status, text } = await send({ action: 'assign', account, ids: id });
      expect(status).to.equal(422);
      expect(text).to.include('This account cannot take leads');
    }
    expect(await recorded()).to.deep.equal([]);
  });

  it('takes the flag away, and queues the emails', async () => {
    const { owner } = fixture;
    const spam = await fixture.addLead({ flaggedReason: 'honeypot' });
    const honest = await fixture.addLead();
    const { text } = await send({ action: 'not-spam', ids: [spam.id, honest.id] });
    expect(outcomes(text).map((line) => line.split(': ')[1])).to.deep.equal([
      'Done',
      'Not changed',
    ]);
    expect(await owner('outbox').where({ state: 'QUEUED', lead_id: spam.id })).to.have.length(2);
    expect((await recorded()).map(({ action }) => action)).to.deep.equal(['NOT_SPAM']);
  });

  for (const place of ['the address', 'fields']) {
    it(`changes all of a view, whose parameters come in ${place}`, async () => {
      const { bob } = fixture;
      await add('Bobs', { assigned_to: bob.id });
      await add('Bobs too', { assigned_to: bob.id });
      await add('Other');
      await add('Spam', { assigned_to: bob.id, flagged_reason: 'honeypot' });
      const view = { assigned: bob.id, q: 'carla' };
      const fields = { action: 'reached-out', all: 'true', count: '2' };
      const { status, text } =
        place === 'fields'
          ? await send({ ...fields, ...view })
          : await send(fields, fixture.ann, `?${new URLSearchParams(view)}`);
      expect(status).to.equal(200);
      expect(text).to.include('2 of 2 marked as reached out.');
      expect(text).to.include(
        `<a href="/leads?q=carla&amp;assigned=${bob.id}">Back to the leads</a>`,
      );
      expect(await states()).to.deep.equal({
        ...{ Bobs: 'REACHED_OUT', 'Bobs too': 'REACHED_OUT', Other: 'PENDING', Spam: 'PENDING' },
      });
    });
  }

  it('changes nothing when a view has another number of leads than was shown', async () => {
    await addMany(3);
    const { status, text } = await send({ action: 'reached-out', all: 'true', count: '2' });
    expect(status).to.equal(409);
    expect(text).to.include('This view has 3 leads now');
    expect(await recorded()).to.deep.equal([]);
  });

  it('changes 500 leads in less than three seconds, and no more at once', async function () {
    const { owner } = fixture;
    const fill = (count: number) =>
      owner.raw(
        `insert into leads (id, first_name, last_name, email, resume_key, resume_filename,
          resume_type, resume_bytes, resume_sha256)
        select gen_random_uuid(), 'A', 'B', 'a@example.com', 'resumes/' || gen_random_uuid(),
          'cv.pdf', 'pdf', 1, repeat('0', 64) from generate_series(1, ?)`,
        [count],
      );
    await fill(501);
    const all = { action: 'reached-out', all: 'true' };
    const refused = await send({ ...all, count: '501' });
    expect(refused.status).to.equal(422);
    expect(refused.text).to.include('more than 500 leads');
    await owner('leads')
      .where({ id: owner('leads').select('id').limit(1) })
      .delete();
    const started = performance.now();
    const { text } = await send({ ...all, count: '500' });
    expect(performance.now() - started).to.be.below(3000);
    expect(text).to.include('500 of 500 marked as reached out.');
    expect(await recorded()).to.have.length(500);
    const ids = Array.from({ length: 501 }, () => randomUUID());
    expect((await send({ action: 'reached-out', ids })).status).to.equal(422);

    const selected = await owner('leads').pluck<string[]>('id');
    const deleted = performance.now();
    const fields = { action: 'delete', confirm: '500', ids: selected };
    expect((await send(fields, fixture.admin)).text).to.include('500 of 500 deleted.');
    expect(performance.now() - deleted).to.be.below(4000);
  });

  it('lets two attorneys change the same leads at once, each lead once', async () => {
    const ids = await addMany(40);
    await Promise.all([fixture.get('/account'), fixture.get('/account', fixture.bob)]); // signed in
    const answers = await Promise.all([
      send({ action: 'reached-out', ids }),
      send({ action: 'reached-out', ids: ids.toReversed() }, fixture.bob),
      send({ action: 'assign', account: fixture.bob.id, all: 'true' }, fixture.bob),
      send({ action: 'reached-out', all: 'true', state: 'ALL' }),
    ]);
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200]);
    const marked = (await recorded()).filter(({ action }) => action === 'REACHED_OUT');
    expect(new Set(marked.map(({ lead_id: id }) => id)).size).to.equal(40);
    expect(marked).to.have.length(40);
  });

  for (const [what, fields, status] of [
    ['no action', {}, 422],
    ['another action', { action: 'reopen' }, 422],
    ['an action of JavaScript', { action: 'toString' }, 422],
    ['nothing selected', { action: 'reached-out' }, 422],
    ['a number that is none', { action: 'reached-out', all: 'true', count: 'x' }, 422],
    [
      'a number that no view has',
      { action: 'reached-out', all: 'true', count: '9'.repeat(20) },
      409,
    ],
    ['half of an answer about all', { action: 'reached-out', all: 'yes' }, 422],
    ['a view that there is not', { action: 'reached-out', all: 'true', state: 'DONE' }, 400],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await add('One');
      expect((await send(fields)).status).to.equal(status);
      expect(await recorded()).to.deep.equal([]);
    });
  }

  describe('action=delete', () => {
    const files = async () => (await readdir(fixture.folder, { recursive: true })).length;

    it('is for administrators, and recorded when somebody else tries', async () => {
      const { id } = await fixture.addLead();
      const answer = await send({ action: 'delete', ids: id, confirm: '1' });
      expect(answer.status).to.equal(403);
      expect(await fixture.owner('leads')).to.have.length(1);
      const [denied] = await fixture
        .owner('audit_events')
        .where({ action: 'ACCESS_DENIED' })
        .select<{ actor: string; details: { route: string } }[]>();
      expect(denied!.actor).to.equal(fixture.ann.id);
      expect(denied!.details.route).to.equal('POST /leads/bulk');
      const { text } = await fixture.get('/leads');
      expect(text).to.include('value="assign"').and.not.include('value="delete"');
    });

    it('asks for the number first, and then deletes rows and files', async () => {
      const { admin, owner } = fixture;
      const before = await files();
      const leads = [await fixture.addLead({ lastName: 'One' }), await fixture.addLead()];
      const kept = await fixture.addLead({ lastName: 'Kept' });
      const ids = leads.map(({ id }) => id);
      const asked = await send({ action: 'delete', ids }, admin);
      expect(asked.status).to.equal(200);
      expect(asked.text).to.include('type the number of leads: 2').and.include('Carla One');
      expect(await owner('leads')).to.have.length(3);
      for (const confirm of ['', '1', '3', 'two']) {
        const wrong = await send({ action: 'delete', ids, confirm, count: '2' }, admin);
        expect(wrong.status, confirm).to.equal(422);
        expect(wrong.text).to.include('confirm-error');
      }
      expect(await owner('leads')).to.have.length(3);
      const done = await send({ action: 'delete', ids, confirm: ' 2 ', count: '2' }, admin);
      expect(done.text).to.include('2 of 2 deleted.').and.not.include(`/leads/${ids[0]}`);
      expect(await owner('leads').pluck('id')).to.deep.equal([kept.id]);
      expect(await files()).to.equal(before + 1);
      const events = await recorded();
      expect(events.map(({ action, lead_id: id }) => [action, id])).to.have.deep.members(
        ids.map((id) => ['LEAD_DELETED', id]),
      );
      const again = await send({ action: 'delete', ids, confirm: '2', count: '2' }, admin);
      expect(again.status).to.equal(409); // a double click
      expect(again.text).to.include('Nothing was deleted.');
    });

    it('deletes nothing of a view whose number has changed, and says the new one', async () => {
      const { admin, owner } = fixture;
      await addMany(3);
      const all = { action: 'delete', all: 'true' };
      const asked = await send({ ...all, count: '2' }, admin); // as the list showed it
      expect(asked.text).to.include('type the number of leads: 3');
      await add('Late');
      const late = await send({ ...all, count: '3', confirm: '3' }, admin);
      expect(late.status).to.equal(409);
      expect(late.text).to.include('type the number of leads: 4').and.include('is 4 now');
      expect(await owner('leads')).to.have.length(4);
      expect((await send({ ...all, count: '4', confirm: '4' }, admin)).text).to.include('4 of 4');
      expect(await owner('leads')).to.have.length(0);
    });

    it('keeps the leads whose files cannot be deleted, and says so', async () => {
      const store = await createLocalResumes(fixture.folder);
      const leads = [await fixture.addLead(), await fixture.addLead(), await fixture.addLead()];
      const broken = leads[1]!.resume.key;
      const remove = (key: string) =>
        key === broken ? Promise.reject(new Error('broken')) : store.remove(key);
      const other = await startInternalApp({ resumes: { ...store, remove } });
      const ids: string[] = [];
      for (const { resume } of leads) ids.push((await other.addLead({ resume })).id);
      const { text } = await other
        .post('/leads/bulk', other.admin)
        .type('form')
        .send(`action=delete&confirm=3&${ids.map((id) => `ids=${id}`).join('&')}`);
      expect(text).to.include('so the lead stays');
      expect(await other.owner('leads').where({ id: ids[1] })).to.have.length(1);
      const gone = 3 - (await other.owner('leads')).length;
      expect(text).to.include(`${gone} of 3 deleted.`);
      await other.close();
    });
  });
});
