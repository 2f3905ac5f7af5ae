import { expect } from 'chai';
import supertest from 'supertest';
import { hashPassword } from '../../../common/accounts/passwords';
import { createAccountRepository } from '../../../common/accounts/repository';
import { password, startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

const chosen = 'tulip canoe orbit';
const own = { current_password: password, password: chosen };

/** Whoever knows the old password must not undo the new one that an administrator just set. */
describe('changing one’s own password while somebody else sets it', () => {
  let fixture: InternalFixture;

  beforeEach(async () => {
    fixture = await startInternalApp();
    await fixture.owner('accounts').update({ last_seen_at: fixture.owner.fn.now() });
  });

  afterEach(async () => {
    await fixture.close();
  });

  async function waitForLock(): Promise<void> {
    const waiting = () => fixture.owner('pg_locks').where({ granted: false });
    while ((await waiting()).length === 0) await new Promise((done) => setTimeout(done, 20));
  }

  for (const [name, method, path, type] of [
    ['page', 'post', (id: string) => `/accounts/${id}/password`, 'form'],
    ['API', 'patch', (id: string) => `/api/accounts/${id}`, 'json'],
  ] as const) {
    it(`is refused on the ${name}`, async () => {
      const { app, ann, owner } = fixture;
      const passwordHash = await hashPassword('quince marble tunnel', 1);
      const change = supertest(app.callback())
        [method](path(ann.id))
        .auth(ann.email, password)
        .type(type)
        .send(own);
      const answer = await owner.transaction(async (trx) => {
        const accounts = createAccountRepository(trx);
        await accounts.setPassword(ann.id, passwordHash, 'system');
        const asked = change.then((response) => response);
        await waitForLock();
        return { asked };
      });
      expect((await answer.asked).status).to.equal(409);
      const row = await owner('accounts').where({ id: ann.id }).first<object>();
      expect(row).to.include({ password_hash: passwordHash, must_change_password: true });
    });
  }
});
