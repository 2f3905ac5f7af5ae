import { expect } from 'chai';
import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { createDatabase } from '../../../common/database/connect';
import { createLeadIntake } from '../../../common/leads/add-lead';
import { createLeadRepository } from '../../../common/leads/repository';
import type { NewLead } from '../../../common/leads/lead';
import { createTestDatabase, type TestDatabase } from '../../support/process/postgres';
import { rejection } from '../../support/rejection';

const file = { filename: 'cv.pdf', type: 'pdf', bytes: 1, sha256: '0'.repeat(64) } as const;

describe('createLeadIntake', () => {
  let database: TestDatabase;
  let facing: Knex;
  let owner: Knex;
  before(async () => {
    database = await createTestDatabase();
    facing = createDatabase(database.publicUrl);
    owner = createDatabase(database.ownerUrl);
  });
  after(async () => {
    await Promise.all([facing.destroy(), owner.destroy()]);
    await database.drop();
  });

  const newLead = (overrides: Partial<NewLead> = {}): NewLead => ({
    id: randomUUID(),
    firstName: 'Ann',
    lastName: 'Lee',
    email: 'ann@example.com',
    flaggedReason: null,
    resume: { ...file, key: `resumes/${randomUUID()}` },
    ...overrides,
  });
  /** The resume is stored anew each time. */
  const again = (lead: NewLead, overrides: Partial<NewLead> = {}) =>
    newLead({ ...lead, resume: { ...file, key: `resumes/${randomUUID()}` }, ...overrides });
  const add = (lead: NewLead) => createLeadIntake(facing).add(lead);
  const rowOf = ({ id, resume, ...lead }: NewLead) => ({
    id,
    first_name: lead.firstName,
    last_name: lead.lastName,
    email: lead.email,
    resume_key: resume.key,
    resume_filename: resume.filename,
    resume_type: resume.type,
    resume_bytes: resume.bytes,
    resume_sha256: resume.sha256,
  });
  /** As servers of earlier versions insert. */
  const addIgnoring = async (lead: NewLead) => {
    const insert = facing('leads').insert<{ rowCount: number }>(rowOf(lead));
    return (await insert.onConflict().ignore()).rowCount;
  };
  const codeOf = (error: unknown) => (error as { code: string }).code;
  const state = async ({
    id,
  }: NewLead): Promise<{ flag: unknown; emails: unknown; events: unknown }> => ({
    flag: await owner('leads').where({ id }).first('flagged_reason'),
    emails: await owner('outbox').where({ lead_id: id }).select('state', 'last_error'),
    events: await owner('audit_events').where({ lead_id: id }).select('actor', 'action'),
  });

  it('stores one lead of fifty repeats at the same instant', async () => {
    const lead = newLead();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => add(again(lead))));
    expect(outcomes.filter((outcome) => outcome === 'STORED')).to.have.length(1);
    expect(outcomes.filter((outcome) => outcome === 'REPEATED')).to.have.length(49);
    expect(await owner('leads').where({ id: lead.id })).to.have.length(1);
    expect(await owner('outbox').where({ lead_id: lead.id })).to.have.length(2);
  });

  it('swallows none of fifty with one id and other content at the same instant', async () => {
    const lead = newLead();
    const others = Array.from({ length: 50 }, (_, i) => again(lead, { firstName: `Ann ${i}` }));
    const outcomes = await Promise.all(others.map(add));
    expect(outcomes.filter((outcome) => outcome === 'STORED')).to.have.length(1);
    expect(outcomes.filter((outcome) => outcome === 'OTHER_CONTENT')).to.have.length(49);
  });

  it('swallows none of an earlier version, either', async () => {
    const lead = newLead();
    expect(await addIgnoring(lead)).to.equal(1);
    expect(await addIgnoring(again(lead))).to.equal(0);
    const { id } = newLead();
    const others = Array.from({ length: 50 }, (_, i) => newLead({ id, firstName: `Ann ${i}` }));
    const outcomes = await Promise.all(others.map((other) => addIgnoring(other).catch(codeOf)));
    expect(outcomes.filter((outcome) => outcome === 1)).to.have.length(1);
    expect(outcomes.filter((outcome) => outcome === 'LI409')).to.have.length(49);
  });

  it('refuses the resume of another lead, which no ON CONFLICT passes over', async () => {
    const { resume } = newLead();
    expect(await add(newLead({ resume }))).to.equal('STORED');
    expect(await rejection(add(newLead({ resume })))).to.include({ code: '23505' });
    expect(await rejection(addIgnoring(newLead({ resume })))).to.include({ code: '23505' });
    const one = newLead();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => addIgnoring(newLead({ resume: one.resume })).catch(codeOf)),
    );
    expect(outcomes.filter((outcome) => outcome === 1)).to.have.length(1);
    expect(outcomes.filter((outcome) => outcome === '23505')).to.have.length(49);
  });

  it('takes two locks at most for a transaction of many rows, which holds up nobody', async () => {
    const rows = Array.from({ length: 500 }, () => newLead());
    const other = await facing.transaction();
    const locks = async () =>
      (await owner('pg_locks').where({ locktype: 'advisory', granted: true })).length;
    await other('leads').insert(rows.map(rowOf));
    expect(await locks()).to.equal(2);
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => add(newLead())));
    expect(new Set(outcomes)).to.deep.equal(new Set(['STORED']));
    await other.commit();
    const repeats = await facing.transaction();
    await repeats('leads').insert(rows.map(rowOf));
    await repeats('leads').insert(rows.map(rowOf));
    expect(await locks()).to.equal(2);
    await repeats.rollback();
  });

  it('unflags a lead that is repeated without the honeypot, as "Not spam" does', async () => {
    const flagged = newLead({ flaggedReason: 'honeypot' });
    const byAccount = newLead({ flaggedReason: 'honeypot' });
    await add(byAccount);
    await createLeadRepository(owner).markNotSpam(byAccount.id, 'system');
    const expected = await state(byAccount);
    expect(expected).to.deep.equal({
      flag: { flagged_reason: null },
      emails: Array(2).fill({ state: 'QUEUED', last_error: null }),
      events: [{ actor: 'system', action: 'NOT_SPAM' }],
    });

    await add(flagged);
    const before = await state(flagged);
    expect(await add(again(flagged))).to.equal('REPEATED');
    expect(await add(again(flagged, { flaggedReason: null, lastName: 'Li' }))).to.equal(
      'OTHER_CONTENT',
    );
    expect(await state(flagged)).to.deep.equal(before);
    const repeats = Array.from({ length: 20 }, () => add(again(flagged, { flaggedReason: null })));
    expect(new Set(await Promise.all(repeats))).to.deep.equal(new Set(['REPEATED']));
    expect(await state(flagged)).to.deep.equal(expected);
  });

  it('leaves a lead unflagged that is repeated with the honeypot, and one with another flag', async () => {
    const lead = newLead();
    await add(lead);
    const before = await state(lead);
    expect(await add(again(lead, { flaggedReason: 'honeypot' }))).to.equal('REPEATED');
    expect(await state(lead)).to.deep.equal(before);
    const other = newLead({ flaggedReason: 'other' });
    await add(other);
    const flagged = await state(other);
    expect(await add(again(other, { flaggedReason: null }))).to.equal('REPEATED');
    expect(await state(other)).to.deep.equal(flagged);
  });

  it('sends no email twice that went out before', async () => {
    const lead = newLead({ flaggedReason: 'honeypot' });
    await add(lead);
    await createLeadRepository(owner).markNotSpam(lead.id, 'system');
    await owner('outbox').where({ lead_id: lead.id }).update({ state: 'SENT' });
    await owner('leads').where({ id: lead.id }).update({ flagged_reason: 'honeypot' });
    await add(again(lead, { flaggedReason: null }));
    const { emails } = await state(lead);
    expect(emails).to.deep.equal(Array(2).fill({ state: 'SENT', last_error: null }));
  });
});
