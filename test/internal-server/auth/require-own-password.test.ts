import { expect } from 'chai';
import supertest from 'supertest';
import { createTokenRepository } from '../../../common/accounts/tokens';
import { auditGroups } from '../../../common/audit/actions';
import { access } from '../../../internal-server/auth/access';
import { addTargets, changeRequests } from '../../support/apps/change-requests';
import { password, startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

const chosen = 'tulip canoe orbit';
const detail = (id: string) =>
  `Somebody else chose your password, or it was generated. Change it first: PATCH /api/accounts/${id} with "current_password" and "password" alone, or on the page /account.`;

describe('requireOwnPassword', () => {
  let fixture: InternalFixture;

  beforeEach(async () => {
    fixture = await startInternalApp();
    await fixture.owner('accounts').update({ must_change_password: true });
  });

  afterEach(async () => {
    await fixture.close();
  });

  const call = (method: 'get' | 'head' | 'post' | 'patch' | 'delete', url: string) =>
    supertest(fixture.app.callback())
      [method](url)
      .auth(fixture.admin.email, password)
      .set('Accept', 'text/html');
  const isTemporary = () =>
    fixture
      .owner('accounts')
      .where({ id: fixture.admin.id })
      .first<{ must_change_password: boolean }>();
  const withoutSeen = (table: string) =>
    fixture
      .owner(`${table} as t`)
      .select(fixture.owner.raw("to_jsonb(t) - 'last_seen_at' as row"))
      .modify((rows) => {
        if (table === 'audit_events') void rows.whereIn('action', auditGroups.changes);
      })
      .orderByRaw('1');

  it('lets through no route but those that change the password', async () => {
    const targets = await addTargets(fixture);
    const tables = ['accounts', 'leads', 'outbox', 'notes', 'api_tokens', 'audit_events'];
    const stored = () => Promise.all(tables.map(withoutSeen));
    const before = await stored();
    for (const route of Object.keys(access)) {
      if (route === 'GET /account') continue;
      const [method = '', pattern = ''] = route.split(' ');
      const [id, body] = changeRequests[route]?.(targets) ?? [targets.waiting];
      const url = pattern.replace(':id', id).replace(':token', targets.token);
      const verb = method.toLowerCase() as 'get' | 'post' | 'patch' | 'delete';
      const isApi = /^\/(api\/|openapi)/.test(url);
      const response = await call(verb, url)
        .type(isApi ? 'json' : 'form')
        .send(body);
      if (isApi) {
        expect(response.status, route).to.equal(403);
        expect(response.type, route).to.equal('application/problem+json');
        expect((response.body as { detail: string }).detail).to.equal(detail(fixture.admin.id));
      } else if (method === 'GET') {
        expect([response.status, response.headers.location], route).to.deep.equal([
          303,
          '/account',
        ]);
      } else {
        expect(response.status, route).to.equal(403);
        expect(response.text).to.include('Change it first').and.include('href="/account"');
        expect(response.text).to.not.include('href="/leads"');
      }
    }
    expect(await stored()).to.deep.equal(before);
  });

  for (const path of ['/ACCOUNT/x', '/leads/', '/API/leads', '//account', '/account%2f', '/none']) {
    it(`lets nobody pass at the spelling ${path}`, async () => {
      expect((await call('get', path)).status).to.be.oneOf([303, 403]);
    });
  }

  it('refuses clients that prefer JSON, and redirects HEAD', async () => {
    const json = await call('get', '/leads').set('Accept', 'application/json');
    expect([json.status, json.type]).to.deep.equal([403, 'application/problem+json']);
    expect((await call('head', '/leads')).status).to.equal(303);
    expect((await call('head', '/account')).status).to.equal(200);
  });

  it('refuses a token that is still valid', async () => {
    const token = await createTokenRepository(fixture.owner).create(fixture.admin.id, 'CRM', 60);
    const answer = await supertest(fixture.app.callback())
      .get('/api/leads')
      .set('Authorization', `Bearer ${token}`);
    expect(answer.status).to.equal(403);
  });

  it('serves the page with its styles, the reason, and no way that leads nowhere', async () => {
    const { text } = await call('get', '/account');
    expect(text).to.include('Your password was generated, or somebody else chose it.');
    expect(text).to.match(/<input id="current_password"[^>]* autofocus/);
    const links = [...text.matchAll(/(?:href|action)="([^"]*)"/g)].map(([, url]) => url!);
    const form = `/accounts/${fixture.admin.id}/password`;
    for (const url of links.filter((link) => !link.startsWith('/assets/'))) {
      expect(url).to.be.oneOf(['#main', '/account', '/sign-out', form]);
    }
    expect((await call('get', '/assets/internal.css')).status).to.equal(200);
    const refused = await call('post', form).type('form').send({ current_password: password });
    expect(refused.status).to.equal(422);
    expect(refused.text).to.match(/<input id="password"[^>]* autofocus/);
    expect(refused.text.match(/autofocus/g)).to.have.length(1);
  });

  it('ends when the account has changed its password on the page', async () => {
    const form = { current_password: password, password: chosen, repeat: chosen };
    const changed = await call('post', `/accounts/${fixture.admin.id}/password`)
      .type('form')
      .send(form);
    expect(changed.status).to.equal(200);
    expect(changed.text).to.include('The browser will ask you to sign in again');
    expect(await isTemporary()).to.include({ must_change_password: false });
    const leads = await call('get', '/leads').auth(fixture.admin.email, chosen);
    expect(leads.status).to.equal(200);
    expect((await call('get', '/leads')).status, 'with the old one').to.equal(401);
  });

  it('ends when the account has changed its password by the API, and that alone', async () => {
    const url = `/api/accounts/${fixture.admin.id}`;
    const own = { current_password: password, password: chosen };
    for (const body of [{}, { role: 'ATTORNEY' }, { ...own, is_active: true }, { role: 'ADMIN' }]) {
      const answer = await call('patch', url).send(body);
      expect(answer.status, JSON.stringify(body)).to.equal(403);
    }
    expect(await isTemporary()).to.include({ must_change_password: true, role: 'ADMIN' });
    const changed = await call('patch', url).send(own);
    expect(changed.body).to.include({ must_change_password: false });
    const list = await call('get', '/api/leads').auth(fixture.admin.email, chosen);
    expect(list.status).to.equal(200);
  });

  it('begins with the next request after somebody else set the password', async () => {
    await fixture.owner('accounts').update({ must_change_password: false });
    await call('post', `/accounts/${fixture.ann.id}/password`)
      .type('form')
      .send({ password: chosen });
    const asAnn = await fixture.get('/leads').auth(fixture.ann.email, chosen);
    expect([asAnn.status, asAnn.headers.location]).to.deep.equal([303, '/account']);
    expect((await fixture.get('/leads', fixture.bob)).status, 'another account').to.equal(200);
  });
});
