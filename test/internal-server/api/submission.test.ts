import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import supertest from 'supertest';
import {
  createContract,
  readDocument,
  type Answer,
  type Contract,
} from '../../support/api/contract';
import { startInternalApp } from '../../support/apps/internal-app';
import {
  minimalPdf,
  startPublicApp,
  submit,
  type PublicFixture,
} from '../../support/apps/public-app';

describe('POST /leads, as GET /openapi.json describes it', () => {
  let fixture: PublicFixture;
  let contract: Contract;

  before(async () => {
    const internal = await startInternalApp();
    contract = createContract(await readDocument(internal));
    await internal.close();
    fixture = await startPublicApp();
  });

  after(async () => {
    await fixture.close();
  });

  const json = { json: true };
  const key = randomUUID();
  const submitWith = (idempotencyKey: string, firstName: string) =>
    submit(fixture.app, { first_name: firstName }, json).set('Idempotency-Key', idempotencyKey);

  const refusals: Record<string, [number, () => PromiseLike<Answer>]> = {
    'a key that is not a UUID': [400, () => submitWith('1', 'Ann')],
    'other content under the same key': [409, () => submitWith(key, 'Bob')],
    'a file that is too large': [
      413,
      () => {
        const resume = Buffer.concat([minimalPdf, Buffer.alloc(10 * 1024 * 1024)]);
        return submit(fixture.app, { resume }, json);
      },
    ],
    'a body that is not a form': [
      415,
      () => supertest(fixture.app.callback()).post('/leads').accept('json').send({}),
    ],
    'fields that are not valid': [422, () => submit(fixture.app, { email: 'ann' }, json)],
    'a missing file': [422, () => submit(fixture.app, { resume: null }, json)],
  };

  it('returns the stored lead for a submission and for its repeat', async () => {
    for (const answer of [await submitWith(key, 'Ann'), await submitWith(key, 'Ann')]) {
      contract.check(contract.find('submitLead'), answer);
      expect([answer.status, (answer.body as { id: string }).id]).to.deep.equal([201, key]);
    }
  });

  for (const [name, [status, send]] of Object.entries(refusals)) {
    it(`returns ${status} for ${name}`, async () => {
      const answer = await send();
      contract.check(contract.find('submitLead'), answer);
      expect(answer.status, answer.text).to.equal(status);
      expect((answer.body as object).hasOwnProperty('errors')).to.equal(
        [413, 422].includes(status),
      );
    });
  }
});
