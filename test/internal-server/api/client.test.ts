import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readDocument } from '../../support/api/contract';
import {
  clientProgram,
  createClientProject,
  type ClientProject,
} from '../../support/api/generated-client';
import {
  firm,
  password,
  startInternalApp,
  type InternalFixture,
} from '../../support/apps/internal-app';

interface Client {
  makeToken(baseUrl: string, email: string, password: string): Promise<string>;
  day(baseUrl: string, token: string, takenId: string): Promise<Record<string, unknown>>;
}

describe('a client generated from GET /openapi.json', () => {
  let server: Server;
  let baseUrl: string;
  let fixture: InternalFixture;
  let project: ClientProject;

  before(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const config = {
      firm,
      baseUrl,
      trustedProxyHops: 0,
      overdueAfterHours: 24,
      timeZone: 'UTC',
      attorneyEmails: [],
    };
    fixture = await startInternalApp({ config });
    const answer = fixture.app.callback();
    server.on('request', (request, response) => void answer(request, response));
    project = await createClientProject(await readDocument(fixture));
  });

  after(async () => {
    await project.remove();
    server.closeAllConnections();
    server.close();
    await fixture.close();
  });

  it('compiles', async () => {
    expect(await project.compileErrors(clientProgram)).to.deep.equal([]);
  });

  for (const [name, right, wrong, fault] of [
    ['an unknown field', 'lead.id', 'lead.cv', /'cv' does not exist/],
    ['an unknown field of an error', 'error.detail', 'error.stack', /'stack' does not/],
    ['an unknown state', "'REACHED_OUT'", "'CALLED'", /'"CALLED"' is not assignable/],
    ['a parameter of another type', 'limit: 2', "limit: '2'", /'"?\w+"?' is not assignable/],
    ['an unknown operation', "PATCH('/api/leads/{id}'", "PATCH('/api/lead'", /"\/api\/lead"/],
    ['an unknown field of a body', "{ text: '' }", "{ words: '' }", /'words' does not exist/],
  ] as const) {
    it(`does not compile with ${name}`, async () => {
      expect(clientProgram).to.include(right);
      const errors = await project.compileErrors(clientProgram.replace(right, wrong));
      expect(errors.join('\n')).to.match(fault);
    });
  }

  it('does an attorney’s day of work', async () => {
    const { ann, bob } = fixture;
    const file = Buffer.concat([Buffer.from('%PDF-1.4'), randomBytes(100_000)]);
    const ids = [(await fixture.addLead({}, file)).id];
    for (let i = 0; i < 5; i++) ids.push((await fixture.addLead()).id);
    const [first, taken] = ids as [string, string];
    await fixture.post(`/leads/${taken}/reached-out`, bob);

    const client = (await project.build(clientProgram)) as Client;
    const token = await client.makeToken(baseUrl, ann.email, password);
    const { resume, conflict, ...day } = await client.day(baseUrl, token, taken);

    expect(day).to.deep.equal({
      ids,
      markedBy: ann.id,
      invalid: { status: 422, fields: ['text'] },
      note: 'Called',
    });
    expect(Buffer.from(resume as ArrayBuffer).equals(file)).to.be.true;
    expect(conflict).to.include({ status: 409 });
    expect((conflict as { detail: string }).detail).to.match(/^Already reached out: Bob did/);
    const rows = fixture.owner('leads').where({ id: first });
    expect(await rows.first()).to.include({ state: 'REACHED_OUT', reached_out_by: ann.id });
  });
});
