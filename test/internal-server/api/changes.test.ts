import { expect } from 'chai';
import type supertest from 'supertest';
import { createAccountRepository } from '../../../common/accounts/repository';
import { ask, stored, tokenOf, type Method } from '../../support/api/requests';
import { addAccount, addTargets, type Targets } from '../../support/apps/change-requests';
import { password, startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

describe('changes by the API', () => {
  let fixture: InternalFixture;
  let targets: Targets;
  let token: string;
  let admin: string;

  before(async () => {
    fixture = await startInternalApp();
    token = await tokenOf(fixture, fixture.ann);
    admin = await tokenOf(fixture, fixture.admin);
  });

  beforeEach(async () => {
    targets = await addTargets(fixture);
  });

  after(async () => {
    await fixture.close();
  });

  const send = (method: Method, path: string, body?: object, as = token) =>
    ask(fixture.app, method, path, as, body);
  async function expectRefusal(request: supertest.Test, status: number) {
    const before = await stored(fixture);
    const answer = await request;
    expect([answer.status, answer.type]).to.deep.equal([status, 'application/problem+json']);
    expect(await stored(fixture)).to.deep.equal(before);
    return answer.body as { detail: string; errors?: { field: string; message: string }[] };
  }

  describe('PATCH /api/leads/:id', () => {
    it('records who was first, and tells the second', async () => {
      const url = `/api/leads/${targets.waiting}`;
      const body = (await send('patch', url, { state: 'REACHED_OUT' })).body as object;
      expect(body).to.include({ state: 'REACHED_OUT', reached_out_by: fixture.ann.id });
      const repeated = await send('patch', url, { state: 'REACHED_OUT' });
      expect([repeated.status, repeated.body]).to.deep.equal([200, body]);
      const { detail } = await expectRefusal(
        send('patch', url, { state: 'REACHED_OUT' }, admin),
        409,
      );
      expect(detail).to.match(/^Already reached out: Ann did/);
    });

    it('tells one of two at the same time that the other was first', async () => {
      const url = `/api/leads/${targets.waiting}`;
      const answers = await Promise.all(
        [token, admin].map((as) => send('patch', url, { state: 'REACHED_OUT' }, as)),
      );
      expect(answers.map(({ status }) => status)).to.have.members([200, 409]);
    });

    it('refuses every other state', async () => {
      const url = `/api/leads/${targets.waiting}`;
      for (const body of [{}, { state: 'PENDING' }, { state: ['REACHED_OUT'] }]) {
        const { errors } = await expectRefusal(send('patch', url, body), 422);
        expect(errors!.map(({ field }) => field)).to.deep.equal(['state']);
      }
    });
  });

  describe('POST /api/leads/:id/notes', () => {
    it('adds a note in the author’s name', async () => {
      const url = `/api/leads/${targets.waiting}/notes`;
      const added = await send('post', url, { text: ' Called \ud83d\udcde ' });
      expect(added.body).to.include({
        text: 'Called 📞',
        author: fixture.ann.id,
        author_name: 'Ann',
      });
      expect((await send('get', url)).body).to.deep.equal({ items: [added.body] });
    });

    for (const [name, text, message] of [
      ['an empty note', ' ', /Write something/],
      ['a note that is too long', 'x'.repeat(10_001), /10,000/],
      ['a note with a NUL', 'a\0b', /NUL/],
    ] as const) {
      it(`refuses ${name} and names the field`, async () => {
        const url = `/api/leads/${targets.waiting}/notes`;
        const { errors } = await expectRefusal(send('post', url, { text }), 422);
        expect(errors!.map(({ field }) => field)).to.deep.equal(['text']);
        expect(errors![0]!.message).to.match(message);
      });
    }
  });

  describe('/api/outbox/:id', () => {
    it('requeues a failed email, dismisses it, and refuses to change a sent one', async () => {
      const url = `/api/outbox/${targets.failedEmail}`;
      const resent = await send('post', `${url}/resend`, {}, admin);
      expect(resent.body).to.include({ id: targets.failedEmail, state: 'QUEUED' });
      const dismissed = await send('delete', url, undefined, admin);
      expect([dismissed.status, dismissed.text]).to.deep.equal([204, '']);
      await fixture.owner('outbox').where({ id: targets.failedEmail }).update({ state: 'SENT' });
      await expectRefusal(send('post', `${url}/resend`, {}, admin), 409);
      await expectRefusal(send('delete', url, undefined, admin), 409);
    });
  });

  describe('POST /api/accounts', () => {
    it('returns a generated password once, and a chosen one never', async () => {
      const fields = { email: 'eve@firm.example', name: 'Eve', role: 'ATTORNEY' };
      const eve = (await send('post', '/api/accounts', fields, admin)).body as { password: string };
      expect(eve).to.include({ must_change_password: true });
      const signIn = (email: string, given: string) => fixture.get('/api/me').auth(email, given);
      expect((await signIn(fields.email, eve.password)).status, 'temporary').to.equal(403);
      const chosen = { ...fields, email: 'kim@firm.example', password };
      const kim = await send('post', '/api/accounts', chosen, admin);
      expect((await signIn(chosen.email, password)).status, 'temporary').to.equal(403);
      const texts = [kim.text, (await send('get', '/api/accounts', undefined, admin)).text];
      for (const text of texts) {
        expect(text).to.include('kim@firm.example');
        expect(text).to.not.include(password).and.not.include(eve.password);
        expect(text).to.not.match(/"password|hash/);
      }
      const { errors } = await expectRefusal(send('post', '/api/accounts', chosen, admin), 422);
      expect(errors!.map(({ field }) => field)).to.deep.equal(['email']);
    });
  });

  describe('PATCH /api/accounts/:id', () => {
    it('changes the given fields and no others', async () => {
      const dora = await addAccount(fixture);
      const url = `/api/accounts/${dora.id}`;
      const answer = await send('patch', url, { role: 'ADMIN', is_active: false }, admin);
      expect(answer.body).to.include({ role: 'ADMIN', is_active: false, email: dora.email });
      expect((await send('patch', url, { is_active: true }, admin)).body).to.include({
        role: 'ADMIN',
        is_active: true,
      });
      const account = await createAccountRepository(fixture.owner).find(dora.id);
      expect(account).to.include({ passwordHash: dora.passwordHash });
    });

    it('changes nothing of the last administrator', async () => {
      await fixture
        .owner('accounts')
        .whereNot({ id: fixture.admin.id })
        .update({ role: 'ATTORNEY' });
      const url = `/api/accounts/${fixture.admin.id}`;
      for (const body of [
        { role: 'ATTORNEY' },
        { is_active: false },
        { role: 'ATTORNEY', is_active: false },
        { is_active: false, password: 'another good one', current_password: password },
      ]) {
        await expectRefusal(send('patch', url, body, admin), 409);
      }
    });
  });
});
