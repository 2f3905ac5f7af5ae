import { expect } from 'chai';
import supertest from 'supertest';
import { createAccountRepository, type Account } from '../../../common/accounts/repository';
import { createTokenRepository } from '../../../common/accounts/tokens';
import { password, startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

const chosen = 'tulip canoe orbit';
const own = { current_password: password, password: chosen };

describe('PATCH /api/accounts/:id, of one’s own password', () => {
  let fixture: InternalFixture;
  let everybody: Account[];

  beforeEach(async () => {
    fixture = await startInternalApp();
    everybody = await list();
  });

  afterEach(async () => {
    await fixture.close();
  });

  const list = async () =>
    (await createAccountRepository(fixture.owner).list()).map((account) => ({
      ...account,
      lastSeenAt: null,
    }));
  const patch = (id: string, body: object) =>
    supertest(fixture.app.callback()).patch(`/api/accounts/${id}`).send(body);
  const asAnn = (id: string, body: object) => patch(id, body).auth(fixture.ann.email, password);
  const fieldsOf = ({ body }: supertest.Response) =>
    (body as { errors: { field: string }[] }).errors.map(({ field }) => field);

  it('changes it, ends the old one and the tokens, and is recorded', async () => {
    const { ann, owner, app } = fixture;
    await createTokenRepository(owner).create(ann.id, 'CRM', 60);
    const answer = await asAnn(ann.id, own);
    expect(answer.status).to.equal(200);
    expect(answer.body).to.include({ id: ann.id, must_change_password: false });
    const me = (given: string) => supertest(app.callback()).get('/api/me').auth(ann.email, given);
    expect([(await me(password)).status, (await me(chosen)).status]).to.deep.equal([401, 200]);
    const valid = await owner('api_tokens').where({ account_id: ann.id, revoked_at: null });
    expect(valid).to.be.empty;
    const event = await owner('audit_events').where({ action: 'PASSWORD_SET' }).first<object>();
    expect(event).to.include({ actor: ann.id });
  });

  for (const [what, body, fields] of [
    ['no current password', { password: chosen }, ['current_password']],
    ['an empty one', { current_password: '', password: chosen }, ['current_password']],
    ['a wrong one', { current_password: 'wrong', password: chosen }, ['current_password']],
    ['the current one as the new one', { ...own, password }, ['password']],
    ['a short one', { ...own, password: 'tulip-canoe' }, ['password']],
    ['an empty new one', { ...own, password: '' }, ['password']],
    ['a common one', { ...own, password: 'Password1234!' }, ['password']],
    ['its name and the firm', { ...own, password: 'ann.lee.partners' }, ['password']],
    ['nothing right', { password: 'Password1234!' }, ['current_password', 'password']],
    ['the current one alone', { current_password: password }, ['current_password']],
    ['a number', { ...own, current_password: 12 }, ['current_password']],
  ] as const) {
    it(`changes nothing when given ${what}, and names the field`, async () => {
      const answer = await asAnn(fixture.ann.id, body);
      expect([answer.status, fieldsOf(answer)]).to.deep.equal([422, fields]);
      expect(answer.text).to.not.include(chosen).and.not.include(password);
      expect(await list()).to.deep.equal(everybody);
    });
  }

  for (const [what, body] of [
    ['the role', { role: 'ADMIN' }],
    ['whether it may sign in', { is_active: true }],
    ['the role beside the password', { ...own, role: 'ATTORNEY' }],
  ] as const) {
    it(`refuses to an attorney ${what}`, async () => {
      expect((await asAnn(fixture.ann.id, body)).status).to.equal(403);
      expect(await list()).to.deep.equal(everybody);
    });
  }

  it('refuses to an attorney every other account', async () => {
    const { bob, ann } = fixture;
    for (const id of [bob.id, ann.id.toUpperCase(), 'x', `${ann.id}%20`]) {
      expect((await asAnn(id, own)).status, id).to.equal(403);
    }
    expect(await list()).to.deep.equal(everybody);
  });

  it('needs the current password with a token, too', async () => {
    const { ann, owner } = fixture;
    const token = await createTokenRepository(owner).create(ann.id, 'CRM', 60);
    const byToken = (body: object) => patch(ann.id, body).set('Authorization', `Bearer ${token}`);
    expect((await byToken({ password: chosen })).status).to.equal(422);
    expect(await list()).to.deep.equal(everybody);
    expect((await byToken(own)).status).to.equal(200);
    expect((await byToken(own)).status, 'revoked').to.equal(401);
  });

  it('needs the current password of an administrator, too, beside a role', async () => {
    const { admin } = fixture;
    const asAdmin = (id: string, body: object) => patch(id, body).auth(admin.email, password);
    const answer = await asAdmin(admin.id, { password: chosen, role: 'ADMIN' });
    expect([answer.status, fieldsOf(answer)]).to.deep.equal([422, ['current_password']]);
    const changed = await asAdmin(admin.id, { ...own, role: 'ADMIN' });
    expect(changed.body).to.include({ must_change_password: false, role: 'ADMIN' });
  });

  it('is temporary when an administrator sets it, who sends no password of their own', async () => {
    const { admin, ann } = fixture;
    const set = (body: object) => patch(ann.id, body).auth(admin.email, password);
    expect(fieldsOf(await set(own))).to.deep.equal(['current_password']);
    expect(fieldsOf(await set({ password: 'ann@firm.example' }))).to.deep.equal(['password']);
    expect(await list()).to.deep.equal(everybody);
    expect((await set({ password: chosen })).body).to.include({ must_change_password: true });
  });
});
