import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { ask, stored, tokenOf, type Method } from '../../support/api/requests';
import { startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

const id = randomUUID();

/** Invalid requests, each with the status of the answer. */
const mistakes: [name: string, status: number, method: Method, path: string, body?: string][] = [
  ['malformed JSON', 400, 'post', '/api/accounts', '{"email":'],
  ['JSON that is not an object', 400, 'post', '/api/accounts', '"text"'],
  ['a list instead of an object', 422, 'post', '/api/accounts', '[]'],
  ['an unknown field', 422, 'patch', '/api/accounts/{bob}', '{"is_admin":true}'],
  ['a field __proto__', 400, 'patch', '/api/accounts/{bob}', '{"__proto__":{"role":"ADMIN"}}'],
  ['a wrong type', 422, 'patch', '/api/accounts/{bob}', '{"is_active":"false"}'],
  ['an unknown parameter', 400, 'get', '/api/leads?colour=red'],
  ['an unknown parameter of the outbox', 400, 'get', '/api/outbox?q=x'],
  ['a parameter __proto__', 400, 'get', '/api/leads?__proto__=x'],
  ['a parameter given twice', 400, 'get', '/api/leads?q=a&q=b'],
  ['a NUL', 400, 'get', '/api/leads?q=%00'],
  ['a malformed cursor', 400, 'get', '/api/leads?after=x'],
  ['a cursor of another sort order', 400, 'get', '/api/leads?sort=last_name&after={cursor}'],
  ['both cursors', 400, 'get', '/api/leads?after={cursor}&before={cursor}'],
  ['a malformed cursor of the outbox', 400, 'get', '/api/outbox?after=x_y'],
  ['an unknown lead', 404, 'get', `/api/leads/${id}`],
  ['an unknown lead to mark', 404, 'patch', `/api/leads/${id}`, '{"state":"REACHED_OUT"}'],
  ['an unknown lead to add a note to', 404, 'post', `/api/leads/${id}/notes`, '{"text":"x"}'],
  ['the resume of an unknown lead', 404, 'get', `/api/leads/${id}/resume`],
  ['an unknown email', 404, 'delete', `/api/outbox/${id}`],
  ['an unknown account', 404, 'patch', `/api/accounts/${id}`, '{"role":"ADMIN"}'],
  ['an id that is not a UUID', 404, 'get', '/api/leads/1'],
  ['an id with a NUL', 404, 'get', '/api/leads/%00'],
  ['a malformed encoding of an id', 404, 'get', '/api/leads/%'],
  ['an unknown path', 404, 'get', '/api/persons'],
  ['an unknown path to post to', 404, 'post', '/api/persons', '{}'],
  ['a path above the operations', 404, 'get', '/api/'],
  ['an unknown method', 405, 'delete', '/api/leads'],
  ['another unknown method', 405, 'post', '/api/leads/{lead}', '{}'],
];

describe('errors of the API', () => {
  let fixture: InternalFixture;
  let token: string;
  let names: Record<string, string>;

  before(async () => {
    fixture = await startInternalApp();
    token = await tokenOf(fixture, fixture.admin);
    const lead = await fixture.addLead();
    await fixture.addLead();
    const { next } = (await ask(fixture.app, 'get', '/api/leads?limit=1', token)).body as {
      next: string;
    };
    const cursor = new URL(next).searchParams.get('after')!;
    names = { bob: fixture.bob.id, lead: lead.id, cursor };
  });

  after(async () => {
    await fixture.close();
  });

  const send = (method: Method, path: string, body?: string) => {
    const url = path.replace(/\{(\w+)\}/g, (_whole, name: string) => names[name]!);
    return ask(fixture.app, method, url, token, body);
  };

  for (const [name, status, method, path, body] of mistakes) {
    it(`returns ${status} for ${name}, whatever the client accepts, and changes nothing`, async () => {
      const before = await stored(fixture);
      for (const accept of ['application/json', 'text/html', '*/*']) {
        const answer = await send(method, path, body).set('Accept', accept);
        expect([answer.status, answer.type]).to.deep.equal([status, 'application/problem+json']);
        const problem = answer.body as Record<string, string>;
        expect(problem).to.include({ status, type: 'about:blank' });
        expect(problem.detail).to.be.a('string').and.not.empty;
        expect(answer.text).to.not.match(/node_modules|\.ts\b|select |postgres|zod|\n {4}at /i);
        expect(answer.headers['cache-control']).to.equal('no-store');
      }
      expect(await stored(fixture)).to.deep.equal(before);
    });
  }

  it('name the allowed methods', async () => {
    const { headers } = await send('delete', '/api/leads');
    expect(String(headers.allow).split(', ')).to.have.members(['HEAD', 'GET']);
  });

  it('name every invalid field', async () => {
    const body = '{"email":"eve","name":"","role":"OWNER","password":"short","colour":"red"}';
    const answer = await send('post', '/api/accounts', body);
    const { errors } = answer.body as { errors: { field: string; message: string }[] };
    expect(new Set(errors.map(({ field }) => field))).to.deep.equal(
      new Set(['email', 'name', 'role', 'password', 'colour']),
    );
    for (const { message } of errors) expect(message).to.not.be.empty;
  });

  it('neither repeat nor log what was sent', async () => {
    const secret = 'x'.repeat(7) + '-secret';
    const body = JSON.stringify({ email: secret, name: 'Eve', role: 'ADMIN', password: 'short' });
    expect((await send('post', '/api/accounts', body)).text).to.not.include(secret);
    expect((await send('get', `/api/leads?limit=${secret}`)).text).to.not.include(secret);
    expect(fixture.logged()).to.not.include(secret);
  });

  it('hide the cause when a store fails, and say when to retry', async () => {
    const database = new Error('connect ECONNREFUSED 10.0.0.7:5432');
    const failing = await startInternalApp({
      notes: {
        add: () => Promise.reject(Object.assign(database, { code: 'ECONNREFUSED' })),
        addOnce: () => Promise.resolve(true),
        forLead: () => Promise.reject(new Error('column notes.text does not exist')),
      },
    });
    const { id: lead } = await failing.addLead();
    const failingToken = await tokenOf(failing, failing.ann);
    const url = `/api/leads/${lead}/notes`;
    const outage = await ask(failing.app, 'post', url, failingToken, { text: 'x' });
    const fault = await ask(failing.app, 'get', url, failingToken);
    await failing.close();
    expect([outage.status, outage.type]).to.deep.equal([503, 'application/problem+json']);
    expect(outage.headers['retry-after']).to.equal('30');
    expect([fault.status, fault.type]).to.deep.equal([500, 'application/problem+json']);
    expect(outage.text + fault.text).to.not.match(/10\.0\.0\.7|ECONN|column/);
  });
});
