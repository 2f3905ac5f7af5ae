import { expect } from 'chai';
import supertest from 'supertest';
import { createAccountRepository } from '../../../common/accounts/repository';
import { hashPassword } from '../../../common/accounts/passwords';
import { password, startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

describe('signIn', () => {
  let fixture: InternalFixture;
  const anonymous = (url: string) => supertest(fixture.app.callback()).get(url);

  beforeEach(async () => {
    fixture = await startInternalApp();
  });

  afterEach(async () => {
    await fixture.close();
  });

  it('accepts the email address in any case', async () => {
    const answer = await anonymous('/leads').auth('ANN@firm.example', password);
    expect(answer.status).to.equal(200);
    expect(answer.headers['cache-control']).to.equal('no-store');
    const row = await fixture
      .owner('accounts')
      .where({ id: fixture.ann.id })
      .first<{ last_seen_at: Date | null }>('last_seen_at');
    expect(row.last_seen_at).to.be.instanceOf(Date);
  });

  for (const [name, email, given] of [
    ['a wrong password', 'ann@firm.example', 'wrong'],
    ['an empty password', 'ann@firm.example', ''],
    ['an unknown account', 'eve@firm.example', password],
    ['an empty name', '', password],
    ['a name with a NUL', 'a\0b', password],
  ] as const) {
    it(`refuses ${name}`, async () => {
      expect((await anonymous('/leads').auth(email, given)).status).to.equal(401);
    });
  }

  it('refuses the next request once the account is disabled or has a new password', async () => {
    const accounts = createAccountRepository(fixture.owner);
    expect((await fixture.get('/leads')).status).to.equal(200);
    await accounts.change(fixture.ann.id, { isActive: false }, 'system');
    expect((await fixture.get('/leads')).status).to.equal(401);
    await accounts.change(fixture.ann.id, { isActive: true }, 'system');
    expect((await fixture.get('/leads')).status).to.equal(200);
    await accounts.setPassword(fixture.ann.id, await hashPassword('another one'), 'system');
    expect((await fixture.get('/leads')).status).to.equal(401);
  });

  it('accepts twenty requests at once with the right password', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => fixture.get('/leads')));
    expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([200]));
  });

  it('counts failures by account, whatever the case of its address', async () => {
    const spellings = ['admin@firm.example', 'ADMIN@firm.example', 'adMin@firm.example'];
    for (let i = 0; i < 10; i++) await anonymous('/leads').auth(spellings[i % 3]!, `wrong${i}`);
    expect((await anonymous('/leads').auth(spellings[0]!, 'wrong')).status).to.equal(429);
  });

  it('knows an account by what JavaScript takes for the same letters, as it counts by that', async () => {
    expect((await anonymous('/leads').auth('adm\u0130n@firm.example', password)).status).to.equal(
      401,
    );
  });

  it('refuses this account, and no other, for a while after ten failures', async () => {
    for (let i = 0; i < 10; i++) {
      const failed = await anonymous('/leads').auth('ann@firm.example', `wrong${i}`);
      expect(failed.status).to.equal(401);
    }
    const right = await fixture.get('/leads');
    expect(right.status).to.equal(429);
    expect(Number(right.headers['retry-after'])).to.be.within(1, 900);
    expect((await fixture.get('/leads', fixture.bob)).status).to.equal(200);
  });

  it('refuses a name above 254 characters without looking at it', async () => {
    let looked = 0;
    const count = ({ sql }: { sql: string }) => void (looked += Number(sql.includes('accounts')));
    fixture.db.on('query', count);
    const name = `${'a'.repeat(242)}@firm.example`; // 255
    for (let i = 0; i < 20; i++) {
      expect((await anonymous('/leads').auth(name, `wrong${i}`)).status).to.equal(401);
    }
    expect(looked).to.equal(0);
    await anonymous('/leads').auth(name.slice(1), 'wrong');
    expect(looked).to.equal(1);
  });
});

describe('signIn without credentials', () => {
  let fixture: InternalFixture;
  const anonymous = (url: string) => supertest(fixture.app.callback()).get(url);

  before(async () => {
    fixture = await startInternalApp();
  });

  after(async () => {
    await fixture.close();
  });

  for (const url of ['/', '/leads', '/leads/1', '/assets/nothing', '/nothing']) {
    it(`challenges ${url}`, async () => {
      const answer = await anonymous(url);
      expect(answer.status).to.equal(401);
      expect(answer.headers['www-authenticate']).to.match(/^Basic realm=/);
      expect(answer.text).to.not.include('font-family');
    });
  }

  for (const url of ['/healthz', '/readyz', '/assets/internal.css', '/assets/shortcuts.js']) {
    it(`serves ${url}`, async () => {
      expect((await anonymous(url)).status).to.equal(200);
    });
  }
});
