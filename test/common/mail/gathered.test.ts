import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { createOutboxAdmin } from '../../../common/outbox/admin';
import { createOutboxRepository, type OutboxRepository } from '../../../common/outbox/repository';
import type { ClaimedEmail } from '../../../common/outbox/types';
import {
  mailServer,
  startDeliveries,
  until,
  type DeliveryFixture,
} from '../../support/smtp/deliveries';

const [ann = '', bob = '', cleo = ''] = mailServer.attorneyEmails;
const limit = 3;
const limits = { notificationMaxPerHour: limit };

describe('createMailWorker, gathered notifications', () => {
  let fixture: DeliveryFixture;
  let outbox: OutboxRepository;
  before(async () => {
    fixture = await startDeliveries();
    outbox = createOutboxRepository(fixture.db);
  });
  afterEach(() => fixture.reset());
  after(() => fixture.close());

  /** Leads that arrive at once, without acknowledgements. */
  async function flood(count: number): Promise<string[]> {
    const rows = Array.from({ length: count }, (_, i) => ({
      ...{ id: randomUUID(), first_name: 'Carla', last_name: `No ${i}` },
      ...{ email: `${i}@example.com`, resume_filename: 'cv.pdf', resume_type: 'pdf' },
      ...{ resume_key: `resumes/${randomUUID()}`, resume_bytes: 1, resume_sha256: '0'.repeat(64) },
    }));
    await fixture.owner('leads').insert(rows);
    await fixture.owner('outbox').where({ kind: 'ACKNOWLEDGEMENT' }).delete();
    return rows.map(({ id }) => id);
  }
  const refuse =
    (...addresses: string[]) =>
    (code: number) => {
      fixture.smtp.replies.rcpt = (to) => (addresses.includes(to) ? code : undefined);
    };
  const dueNow = () =>
    fixture.owner('outbox').where('next_attempt_at', '>', fixture.owner.fn.now()).update({
      next_attempt_at: fixture.owner.fn.now(),
    });
  const endClaims = () =>
    fixture
      .owner('outbox')
      .whereNotNull('locked_until')
      .update({
        locked_until: fixture.owner.raw("now() - interval '1 second'"),
      });
  const carrierRow = async () => {
    const rows = await fixture.rows();
    return rows.find(({ id }) => rows.some(({ gathered_into }) => gathered_into === id));
  };
  const settled = async () =>
    (await fixture.rows()).every(({ state }) => !['QUEUED', 'UNKNOWN'].includes(state));
  const gatheredEmails = () =>
    fixture.smtp.emails.filter(({ parsed }) => parsed.subject?.endsWith(' new leads'));

  /** How many times each attorney was told of each lead. */
  function told(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { parsed, recipients } of fixture.smtp.emails) {
      for (const [, id] of (parsed.text ?? '').matchAll(/\/leads\/([0-9a-f-]{36})/g)) {
        for (const to of recipients) {
          const key = `${to} ${id}`;
          counts[key] = (counts[key] ?? 0) + 1;
        }
      }
    }
    return counts;
  }
  function expectToldOnce(leadIds: string[]): void {
    const expected = leadIds.flatMap((id) => [ann, bob, cleo].map((to) => [`${to} ${id}`, 1]));
    expect(told()).to.deep.equal(Object.fromEntries(expected));
  }

  /** The flood after `limit` single emails, with the rest gathered and its email claimed. */
  async function claimGathered(count: number) {
    const leads = await flood(count);
    const claim = () => outbox.claim(16, { notifications: limit });
    const singles = await claim();
    expect(singles).to.have.length(Math.min(limit, count));
    for (const single of singles) await outbox.markSent(single);
    const [email, ...more] = await claim();
    expect(more).to.be.empty;
    return { leads, singles, email: email! };
  }

  it('sends what exceeds the limit as one email, to everybody once', async () => {
    const leads = await flood(40);
    fixture.deliver(limits);
    await until(settled);
    expectToldOnce(leads);
    expect(fixture.smtp.emails).to.have.length(limit + 1);
    const [email] = gatheredEmails();
    expect(email?.parsed.subject).to.equal('37 new leads');
    expect(email?.recipients).to.deep.equal([ann, bob, cleo]);
    expect(email?.parsed.replyTo).to.be.undefined;
    const carrier = await carrierRow();
    expect(email?.parsed.messageId).to.equal(`<${carrier?.id}.gathered@lee.example>`);
    const rows = await fixture.rows();
    expect(rows.filter(({ gathered_into }) => gathered_into === carrier?.id)).to.have.length(36);
    for (const row of rows) expect(row).to.include({ state: 'SENT', attempts: 1 });
    const events = fixture.owner('audit_events').where({ action: 'MAIL_SENT' });
    expect(await events.whereIn('lead_id', leads).pluck('lead_id')).to.have.members(leads);
  });

  it('makes one gathered email in ten minutes, with several workers', async () => {
    const leads = await flood(10);
    for (let i = 0; i < 3; i++) fixture.deliver(limits);
    await until(settled);
    leads.push(...(await flood(5)));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(fixture.smtp.emails).to.have.length(limit + 1);
    await fixture.owner.raw("update outbox set gathered_at = gathered_at - interval '10 minutes'");
    await until(settled);
    expect(fixture.smtp.emails).to.have.length(limit + 2);
    expectToldOnce(leads);
  });

  it('sends singly again when the hour is over', async () => {
    await flood(6);
    fixture.deliver(limits);
    await until(settled);
    await fixture.owner.raw("update outbox set sent_at = sent_at - interval '61 minutes'");
    await flood(limit);
    await until(settled);
    expect(gatheredEmails()).to.have.length(1);
    expect(fixture.smtp.emails).to.have.length(2 * limit + 1);
  });

  it('sends a single notification as such when it is the only one', async () => {
    const leads = await flood(limit + 1);
    fixture.deliver(limits);
    await until(settled);
    expectToldOnce(leads);
    expect(fixture.smtp.emails.at(-1)?.parsed.subject).to.match(/^New lead: Carla No \d/);
    await flood(2);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(fixture.smtp.emails).to.have.length(limit + 1);
  });

  it('repeats it alone to the attorney who deferred it', async () => {
    refuse(bob)(451);
    const leads = await flood(8);
    fixture.deliver(limits);
    await until(async () => (await fixture.rows()).every(({ attempts }) => attempts === 1));
    expect((await fixture.rows()).map(({ state }) => state)).to.deep.equal(Array(8).fill('QUEUED'));
    fixture.smtp.replies = {};
    await dueNow();
    await until(settled);
    expectToldOnce(leads);
    expect(gatheredEmails().map(({ recipients }) => recipients)).to.deep.equal([
      [ann, cleo],
      [bob],
    ]);
  });

  it('tells only those who have not got it when its lead is deleted while it is deferred', async () => {
    refuse(bob)(451);
    const leads = await flood(8);
    fixture.deliver(limits);
    await until(async () => (await fixture.rows()).every(({ attempts }) => attempts === 1));
    const lost = (await carrierRow())!.lead_id;
    await fixture.owner('leads').where({ id: lost }).delete();
    fixture.smtp.replies = {};
    await dueNow();
    await until(settled);
    const rest = leads.filter((id) => id !== lost);
    const expected = rest.flatMap((id) => [ann, bob, cleo].map((to) => [`${to} ${id}`, 1]));
    expected.push([`${ann} ${lost}`, 1], [`${cleo} ${lost}`, 1]); // before it was deleted
    expect(told()).to.deep.equal(Object.fromEntries(expected));
  });

  it('stays one email when its lead is deleted after an attempt', async () => {
    const { leads, singles, email } = await claimGathered(9);
    await outbox.retryLater(email, 'CONNECT', { delaySeconds: 0, giveUpHours: 72 });
    await fixture.owner('leads').where({ id: email.lead.id }).delete();
    fixture.deliver(limits);
    await until(settled);
    expect(fixture.smtp.emails.map(({ parsed }) => parsed.subject)).to.deep.equal(['5 new leads']);
    const others = [...singles, email].map(({ lead }) => lead.id);
    expectToldOnce(leads.filter((lead) => !others.includes(lead)));
  });

  it('is deleted whole with all of its leads', async () => {
    const { email } = await claimGathered(9);
    expect(email.gatheredIds).to.have.length(5);
    await fixture.owner('leads').delete();
    expect(await fixture.rows()).to.be.empty;
  });

  it('knows its outcome for every lead when its own is deleted while it is sent', async () => {
    const { email } = await claimGathered(8);
    await fixture.owner('leads').where({ id: email.lead.id }).delete();
    await outbox.markSent(email);
    const rows = await fixture.rows();
    expect(rows.map(({ state }) => state)).to.deep.equal(Array(7).fill('SENT'));
    await endClaims();
    expect(await outbox.claim(16, {})).to.be.empty;
  });

  it('notes for every lead that it may have arrived when its own is deleted', async () => {
    const { email } = await claimGathered(8);
    await fixture.owner('leads').where({ id: email.lead.id }).delete();
    await outbox.leaveUnknown(email, 'DATA ETIMEDOUT');
    const unknown = (await fixture.rows()).filter(({ state }) => state === 'UNKNOWN');
    expect(unknown).to.have.length(4);
    for (const row of unknown) expect(row).to.include({ unanswered: 1 });
    expect(await outbox.claim(16, {})).to.be.empty; // not before an hour is over
  });

  it('is taken up again, the same, when its worker is killed', async () => {
    const { email } = await claimGathered(8);
    await flood(3); // later ones do not join it
    await endClaims();
    const [again, ...others] = await outbox.claim(16, { notifications: limit });
    expect(others).to.be.empty;
    expect(again?.id).to.equal(email.id);
    expect(again?.gatheredIds).to.have.members(email.gatheredIds);
  });

  it('repeats what was claimed before as itself, and lets it carry nothing', async () => {
    await flood(limit);
    const killed = await outbox.claim(16, { notifications: limit });
    await endClaims();
    await flood(limit);
    const ids = killed.map(({ id }) => id);
    await fixture.owner('outbox').whereNotIn('id', ids).update({
      state: 'SENT',
      sent_at: fixture.owner.fn.now(),
    });
    await flood(4);
    const claimed = await outbox.claim(16, { notifications: limit });
    const others = new Map(claimed.map(({ id, gatheredIds }) => [id, gatheredIds.length]));
    expect(ids.map((id) => others.get(id))).to.deep.equal(Array(limit).fill(0));
    for (const id of ids) others.delete(id);
    expect([...others.values()]).to.deep.equal([3]);
  });

  it('sends it again as one, or each lead by itself, after everybody refused it', async () => {
    const { leads, singles, email } = await claimGathered(8);
    await outbox.release([email]);
    refuse(ann, bob, cleo)(550);
    fixture.deliver(limits);
    await until(settled);
    fixture.smtp.replies = {};
    const failed = (await fixture.rows()).filter(({ state }) => state === 'FAILED');
    expect(failed).to.have.length(5);
    const admin = createOutboxAdmin(fixture.db);
    await admin.resend(email.gatheredIds[0]!, 'admin');
    await until(() => fixture.smtp.emails.length === 1);
    expect(fixture.smtp.emails[0]?.parsed.subject).to.match(/^New lead/);
    expect(await admin.resendFailed('admin')).to.equal(4);
    await until(settled);
    expect(gatheredEmails().map(({ parsed }) => parsed.subject)).to.deep.equal(['4 new leads']);
    const sentBefore = singles.map(({ lead }) => lead.id);
    expectToldOnce(leads.filter((lead) => !sentBefore.includes(lead)));
  });

  for (const [what, pick] of [
    ['the email', (email: ClaimedEmail) => email.id],
    ['one of its leads', (email: ClaimedEmail) => email.gatheredIds[0]!],
  ] as const) {
    it(`lets an administrator dismiss ${what}, and send it after all`, async () => {
      const { leads, singles, email } = await claimGathered(8);
      await outbox.release([email]);
      const id = pick(email);
      expect(await outbox.dismiss(id, 'admin')).to.equal(true);
      const isWhole = id === email.id;
      const dismissed = (await fixture.rows()).filter(({ state }) => state === 'DISMISSED');
      expect(dismissed).to.have.length(isWhole ? 5 : 1);
      const events = fixture.owner('audit_events').where({ action: 'MAIL_DISMISSED' });
      expect(await events.whereIn('lead_id', leads)).to.have.length(isWhole ? 5 : 1);
      expect(await outbox.resend(id, 'admin')).to.equal(true);
      fixture.deliver(limits);
      await until(settled);
      expect(fixture.smtp.emails).to.have.length(isWhole ? 1 : 2);
      const sentBefore = singles.map(({ lead }) => lead.id);
      expectToldOnce(leads.filter((lead) => !sentBefore.includes(lead)));
    });
  }

  it('changes nothing while it is being sent', async () => {
    const { email } = await claimGathered(6);
    for (const id of [email.id, email.gatheredIds[0]!]) {
      expect(await outbox.dismiss(id, 'admin')).to.equal(false);
      expect(await outbox.resend(id, 'admin')).to.equal(false);
    }
  });

  it('makes it due now with all its leads', async () => {
    const { email } = await claimGathered(6);
    await outbox.retryLater(email, 'RCPT 451', { delaySeconds: 600, giveUpHours: 72 });
    expect(await outbox.claim(16, {})).to.be.empty;
    expect(await outbox.resend(email.gatheredIds[0]!, 'admin')).to.equal(true);
    const [again] = await outbox.claim(16, {});
    expect(again).to.include({ id: email.id, attempts: 1 });
    expect(again?.gatheredIds).to.have.members(email.gatheredIds);
  });

  it('sends what an earlier version left behind', async () => {
    const { leads, singles, email } = await claimGathered(6);
    await fixture.owner('outbox').where({ id: email.id }).update({ state: 'SENT' });
    await endClaims();
    fixture.deliver(limits);
    await until(settled);
    const sent = [...singles, email].map(({ lead }) => lead.id);
    expectToldOnce(leads.filter((lead) => !sent.includes(lead)));
  });
});
