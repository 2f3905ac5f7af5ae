import { expect } from 'chai';
import fc from 'fast-check';
import type { Account } from '../../../common/accounts/repository';
import { createContract, readDocument, type Contract } from '../../support/api/contract';
import { ask, stored, tokenOf } from '../../support/api/requests';
import { corpusCalls, hostileCall, toUrl, type Call } from '../../support/api/fuzz';
import { addTargets, type Targets } from '../../support/apps/change-requests';
import { startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

/** A call that succeeds, for each operation. One that is missing here fails the tests. */
const calls: Record<string, (at: Targets) => Call> = {
  postToken: () => ({ body: { name: 'CRM', expires_in: 60 } }),
  getMe: () => ({}),
  getAccounts: () => ({}),
  postAccounts: () => ({
    body: { email: 'eve@firm.example', name: 'Eve', role: 'ATTORNEY', password: 'a long secret' },
  }),
  patchAccountsOne: ({ account }) => ({
    id: account,
    body: { role: 'ADMIN', is_active: false, password: 'a long secret' },
  }),
  getLeads: () => ({
    query: { state: 'PENDING', q: 'Carla', assigned: 'nobody', flagged: 'false', limit: '1' },
  }),
  getLeadsOne: ({ waiting }) => ({ id: waiting }),
  patchLeadsOne: ({ waiting }) => ({ id: waiting, body: { state: 'REACHED_OUT' } }),
  getLeadsOneResume: ({ waiting }) => ({ id: waiting }),
  getLeadsOneNotes: ({ waiting }) => ({ id: waiting }),
  postLeadsOneNotes: ({ waiting }) => ({ id: waiting, body: { text: 'Called' } }),
  getOutbox: () => ({ query: { state: 'FAILED', limit: '1' } }),
  postOutboxOneResend: ({ failedEmail }) => ({ id: failedEmail, body: {} }),
  deleteOutboxOne: ({ failedEmail }) => ({ id: failedEmail }),
};
const isForAdministrators = (operationId: string) => /Accounts|Outbox/.test(operationId);
describe('GET /openapi.json, compared with the API', () => {
  let fixture: InternalFixture;
  let contract: Contract;
  let admin: Account;
  let token: string;
  let attorney: string;

  before(async () => {
    fixture = await startInternalApp();
    ({ admin } = fixture);
    contract = createContract(await readDocument(fixture));
    token = await tokenOf(fixture, admin);
    attorney = await tokenOf(fixture, fixture.ann);
  });

  after(async () => {
    await fixture.close();
  });

  function send(operationId: string, call: Call) {
    const { method, path } = contract.find(operationId);
    const request = ask(fixture.app, method, toUrl(path, call), token, call.body);
    return operationId === 'postToken'
      ? request.auth(admin.email, 'correct horse battery')
      : request;
  }

  it('has an operation for each call below, and no other', () => {
    const documented = contract.operations.map(({ operationId }) => operationId);
    expect(documented.filter((id) => id !== 'submitLead')).to.have.members(Object.keys(calls));
  });

  for (const [name, body, type, status] of [
    ['malformed JSON', '{', 'json', 400],
    ['a body that is not JSON', 'text', 'text/plain', 415],
    ['a form', 'text=Called', 'form', 415],
    ['a body over 256 KiB', JSON.stringify({ text: 'x'.repeat(262_144) }), 'json', 413],
    ['an unknown field', '{"colour":"red"}', 'json', 422],
  ] as const) {
    it(`refuses ${name} everywhere as documented, and changes nothing`, async () => {
      const targets = await addTargets(fixture);
      const before = await stored(fixture);
      for (const operation of contract.operations) {
        const call = calls[operation.operationId]?.(targets);
        if (!call?.body) continue;
        const answer = await send(operation.operationId, { ...call, body }).type(type);
        contract.check(operation, answer);
        expect(answer.status, operation.operationId).to.equal(status);
      }
      expect(await stored(fixture)).to.deep.equal(before);
    });
  }

  for (const [operationId, call] of Object.entries(calls)) {
    describe(operationId, () => {
      let targets: Targets;
      beforeEach(async () => {
        targets = await addTargets(fixture);
      });

      it('answers a valid call as documented, and changes nothing when it reads', async () => {
        const before = await stored(fixture);
        const answer = await send(operationId, call(targets));
        contract.check(contract.find(operationId), answer);
        expect(answer.status, answer.text).to.be.oneOf([200, 201, 204]);
        const after = await stored(fixture);
        if (!operationId.startsWith('get')) expect(after).to.not.deep.equal(before);
        else expect(after).to.deep.equal(before);
      });

      it('refuses other accounts as documented, and changes nothing', async () => {
        const operation = contract.find(operationId);
        const { method, path, responses } = operation;
        const before = await stored(fixture);
        const as = (given: string) =>
          ask(fixture.app, method, toUrl(path, call(targets)), given, call(targets).body);
        const stranger = await as('unknown');
        contract.check(operation, stranger);
        expect(stranger.status).to.equal(401);
        if (isForAdministrators(operationId)) {
          const answer = await as(attorney);
          contract.check(operation, answer);
          expect(answer.status).to.equal(403);
        } else if (method === 'get') expect(responses).to.not.have.property('403');
        expect(await stored(fixture)).to.deep.equal(before);
      });

      it('answers each text of the corpus as documented, in each id, parameter and field', async () => {
        const operation = contract.find(operationId);
        for (const bad of corpusCalls(operation, call(targets))) {
          const answer = await send(operationId, bad);
          contract.check(operation, answer);
          expect(answer.status, JSON.stringify(bad).slice(0, 500)).to.be.below(500);
        }
      });

      it('answers invalid input as documented, without an error of its own, and changes nothing', async () => {
        const operation = contract.find(operationId);
        const valid = call(targets);
        let before = await stored(fixture);
        await fc.assert(
          fc.asyncProperty(hostileCall(operation, valid), async (bad) => {
            const answer = await send(operationId, bad);
            contract.check(operation, answer);
            expect(answer.status, answer.text).to.be.below(500);
            const after = await stored(fixture);
            if (answer.status >= 400) expect(after).to.deep.equal(before);
            before = after;
          }),
          { seed: 20261103, numRuns: 60 },
        );
      });
    });
  }
});
