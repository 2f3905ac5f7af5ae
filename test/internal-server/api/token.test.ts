import { expect } from 'chai';
import supertest from 'supertest';
import {
  createAccountRepository,
  type AccountRepository,
} from '../../../common/accounts/repository';
import { ask, stored, tokenOf } from '../../support/api/requests';
import { password, startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

interface TokenAnswer {
  access_token: string;
  token_type: string;
  expires_in: number;
}

describe('tokens of the API', () => {
  let fixture: InternalFixture;
  let accounts: AccountRepository;
  let token: string;

  beforeEach(async () => {
    fixture = await startInternalApp();
    accounts = createAccountRepository(fixture.owner);
    token = await tokenOf(fixture, fixture.ann);
  });

  afterEach(async () => {
    await fixture.close();
  });

  const me = (given = token) => ask(fixture.app, 'get', '/api/me', given);

  async function expectUnauthorized(request: supertest.Test) {
    const answer = await request;
    expect([answer.status, answer.type]).to.deep.equal([401, 'application/problem+json']);
    expect(answer.headers['www-authenticate']).to.be.a('string').and.not.empty;
    expect(answer.body).to.include({ status: 401, title: 'Unauthorized' });
  }

  describe('POST /api/token', () => {
    it('creates a token for half an hour unless asked otherwise', async () => {
      for (const [asked, seconds] of [
        [undefined, 1800],
        [{ expires_in: 31_536_000, name: 'CRM' }, 31_536_000],
      ] as const) {
        const answer = await fixture.post('/api/token').send(asked);
        expect([answer.status, answer.headers['cache-control']]).to.deep.equal([200, 'no-store']);
        const body = answer.body as TokenAnswer;
        expect(body).to.include({ token_type: 'bearer', expires_in: seconds });
        expect((await me(body.access_token)).body).to.include({ email: fixture.ann.email });
      }
    });

    for (const [name, body, field] of [
      ['for more than a year', { expires_in: 31_536_001 }, 'expires_in'],
      ['for no time', { expires_in: 0 }, 'expires_in'],
      ['for half a second', { expires_in: 0.5 }, 'expires_in'],
      ['for a time as text', { expires_in: '60' }, 'expires_in'],
      ['with a name of two lines', { name: 'a\nb' }, 'name'],
      ['with a name of spaces', { name: ' ' }, 'name'],
      ['with a name that is too long', { name: 'x'.repeat(101) }, 'name'],
      ['for another account', { account_id: 'x' }, 'account_id'],
    ] as const) {
      it(`refuses a token ${name}`, async () => {
        const before = await stored(fixture);
        const answer = await fixture.post('/api/token').send(body);
        expect(answer.status).to.equal(422);
        const { errors } = answer.body as { errors: { field: string }[] };
        expect(errors.map((each) => each.field)).to.deep.equal([field]);
        expect(await stored(fixture)).to.deep.equal(before);
      });
    }

    it('refuses to create a token by a token', async () => {
      const before = await stored(fixture);
      expect((await ask(fixture.app, 'post', '/api/token', token, {})).status).to.equal(403);
      expect(await stored(fixture)).to.deep.equal(before);
    });
  });

  describe('a token', () => {
    for (const path of ['/leads', '/leads.csv', '/account', '/', '/docs', '/assets/docs.js']) {
      it(`does not open the page ${path}`, async () => {
        expect((await ask(fixture.app, 'get', path, token)).status).to.equal(401);
      });
    }

    it('opens /openapi.json', async () => {
      expect((await ask(fixture.app, 'get', '/openapi.json', token)).status).to.equal(200);
    });

    for (const [name, authorization] of [
      ['an unknown token', 'Bearer lead_unknown'],
      ['an empty token', 'Bearer '],
      ['a token with an encoded NUL', 'Bearer %00'],
      ['another scheme', 'Digest x'],
      ['no credentials', ''],
    ] as const) {
      it(`is required instead of ${name}`, async () => {
        const request = supertest(fixture.app.callback()).get('/api/me');
        await expectUnauthorized(request.set('Authorization', authorization));
      });
    }

    it('is refused once expired or revoked', async () => {
      expect((await me()).status).to.equal(200);
      const tokens = fixture.owner('api_tokens');
      await tokens.clone().update({ expires_at: fixture.owner.fn.now() });
      await expectUnauthorized(me());
      const later = fixture.owner.raw("now() + interval '1 hour'");
      await tokens.clone().update({ expires_at: later });
      expect((await me()).status).to.equal(200);
      await tokens.clone().update({ revoked_at: fixture.owner.fn.now() });
      await expectUnauthorized(me());
    });

    it('ends at once when its account is disabled', async () => {
      expect((await me()).status).to.equal(200);
      await accounts.change(fixture.ann.id, { isActive: false }, 'system');
      await expectUnauthorized(me());
    });

    it('has the current role of its account', async () => {
      const status = async () => (await ask(fixture.app, 'get', '/api/accounts', token)).status;
      expect(await status()).to.equal(403);
      await accounts.change(fixture.ann.id, { role: 'ADMIN' }, 'system');
      expect(await status()).to.equal(200);
      await accounts.change(fixture.ann.id, { role: 'ATTORNEY' }, 'system');
      expect(await status()).to.equal(403);
    });

    describe('sent from another site', () => {
      const site = { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://evil.example' };

      it('may change data, because no browser adds it by itself', async () => {
        const { id } = await fixture.addLead();
        const body = { text: 'Called' };
        const request = ask(fixture.app, 'post', `/api/leads/${id}/notes`, token, body);
        expect((await request.set(site)).status).to.equal(201);
      });

      it('may do what a password may not', async () => {
        const { id } = await fixture.addLead();
        const before = await stored(fixture);
        for (const [method, path, body] of [
          ['post', `/api/leads/${id}/notes`, { text: 'Called' }],
          ['patch', `/api/leads/${id}`, { state: 'REACHED_OUT' }],
          ['post', '/api/token', {}],
        ] as const) {
          const request = supertest(fixture.app.callback())[method](path).set(site);
          const answer = await request.auth(fixture.ann.email, password).send(body);
          expect([answer.status, answer.type]).to.deep.equal([403, 'application/problem+json']);
        }
        expect(await stored(fixture)).to.deep.equal(before);
      });
    });
  });
});
