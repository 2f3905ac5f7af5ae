import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import {
  startPublicApp,
  submit,
  type Form,
  type PublicFixture,
} from '../../support/apps/public-app';

const spam = { website: 'https://spam.example' };

describe('POST /leads, with the honeypot and again without it', () => {
  let fixture: PublicFixture;
  beforeEach(async () => {
    fixture = await startPublicApp();
  });
  afterEach(() => fixture.close());

  const leads = () =>
    fixture
      .owner('leads')
      .orderBy('created_at')
      .select<{ id: string; first_name: string; flagged_reason: string | null }[]>(
        'id',
        'first_name',
        'flagged_reason',
      );
  const emailStates = (lead_id?: string) =>
    fixture.owner('outbox').where({ lead_id }).pluck<string[]>('state');

  for (const [name, json, status] of [
    ['a page', false, 303],
    ['a program', true, 201],
  ] as const) {
    const send = async (form: Form) => {
      const response = await submit(fixture.app, form, { json });
      const { location } = response.headers as { location?: string };
      return { status: response.status, body: response.body as unknown, location };
    };

    it(`removes the flag and queues the emails, for ${name}`, async () => {
      const submission_id = randomUUID();
      const first = await send({ submission_id, ...spam });
      expect(await emailStates(submission_id)).to.deep.equal(['SKIPPED', 'SKIPPED']);
      expect(await send({ submission_id })).to.deep.equal(first);
      expect(first.status).to.equal(status);
      expect(await leads()).to.deep.equal([
        { id: submission_id, first_name: 'Ann', flagged_reason: null },
      ]);
      expect(await emailStates(submission_id)).to.deep.equal(['QUEUED', 'QUEUED']);
    });

    it(`changes nothing in the other order, for ${name}`, async () => {
      const submission_id = randomUUID();
      const first = await send({ submission_id });
      expect(await send({ submission_id, ...spam })).to.deep.equal(first);
      expect(await leads()).to.deep.equal([
        { id: submission_id, first_name: 'Ann', flagged_reason: null },
      ]);
      expect(await emailStates(submission_id)).to.deep.equal(['QUEUED', 'QUEUED']);
    });
  }

  it('removes the flag of a lead that was stored under another id', async () => {
    const submission_id = randomUUID();
    await submit(fixture.app, { submission_id, first_name: 'Bob' });
    await submit(fixture.app, { submission_id, ...spam });
    const [bob, ann] = await leads();
    expect(ann).to.include({ first_name: 'Ann', flagged_reason: 'honeypot' });
    await submit(fixture.app, { submission_id });
    expect(await leads()).to.deep.equal([bob, { ...ann, flagged_reason: null }]);
    expect(await emailStates(ann?.id)).to.deep.equal(['QUEUED', 'QUEUED']);
  });

  it('leaves the flag to a submission with other content', async () => {
    const submission_id = randomUUID();
    await submit(fixture.app, { submission_id, ...spam });
    await submit(fixture.app, { submission_id, first_name: 'Bob' });
    const flags = (await leads()).map(({ first_name, flagged_reason }) => [
      first_name,
      flagged_reason,
    ]);
    expect(flags).to.deep.equal([
      ['Ann', 'honeypot'],
      ['Bob', null],
    ]);
  });
});
