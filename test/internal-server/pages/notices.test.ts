import { expect } from 'chai';
import type { DeliveryStatus } from '../../../common/mail/delivery-status';
import { startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

describe('the banner about mail', () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const cases: [string, () => DeliveryStatus, string | undefined][] = [
    [
      'is not there while mail goes out',
      () => ({ state: 'RUNNING', since: minutesAgo(99) }),
      undefined,
    ],
    [
      'is not there while the mail server restarts',
      () => ({ state: 'PAUSED', since: minutesAgo(9), reason: 'CONNECT ECONNREFUSED' }),
      undefined,
    ],
    [
      'says for how long mail has been failing, and why, after ten minutes',
      () => ({ state: 'PAUSED', since: minutesAgo(11), reason: 'CONNECT ECONNREFUSED' }),
      'has not accepted our emails for 11 minutes (CONNECT ECONNREFUSED)',
    ],
    [
      'names the variable when there is no mail server',
      () => ({ state: 'NO_SERVER', since: minutesAgo(0) }),
      'No mail server is configured (SMTP_URL)',
    ],
  ];
  for (const [title, status, words] of cases) {
    it(title, async () => {
      const fixture = await startInternalApp({ delivery: { status } });
      for (const url of ['/leads', '/account', '/nothing']) {
        const { text } = await fixture.get(url);
        if (words) expect(text, url).to.include(words);
        else expect(text, url).to.not.include('class="notice"');
      }
      await fixture.close();
    });
  }

  describe('when the mail server takes our mail, but', () => {
    let fixture: InternalFixture;

    beforeEach(async () => {
      fixture = await startInternalApp();
    });

    afterEach(async () => {
      await fixture.close();
    });

    const leave = async (kind: string, minutes: number, outcome: object) => {
      const { id } = await fixture.addLead();
      await fixture
        .owner('outbox')
        .where({ lead_id: id, kind })
        .update({ attempts: 1, first_attempt_at: minutesAgo(minutes), ...outcome });
    };
    const refuse = (kind: string, minutes: number) =>
      leave(kind, minutes, { state: 'FAILED', last_error: 'RCPT 550' });
    const defer = (kind: string, minutes: number) =>
      leave(kind, minutes, { state: 'QUEUED', last_error: 'RCPT 451' });
    const send = async (kind: string, minutes: number) => {
      const { id } = await fixture.addLead();
      const sent = { state: 'SENT', sent_at: minutesAgo(minutes) };
      await fixture.owner('outbox').where({ lead_id: id, kind }).update(sent);
    };
    const banner = async () =>
      /class="notice"[^>]*>([^<]+)</.exec((await fixture.get('/leads')).text)?.[1];

    it('refuses the notifications, is there after ten minutes', async () => {
      await send('NOTIFICATION', 60);
      await refuse('NOTIFICATION', 11);
      expect(await banner()).to.include('has refused every email for 11 minutes');
    });

    it('puts a notification off again and again, is there after ten minutes', async () => {
      await send('NOTIFICATION', 60);
      await defer('NOTIFICATION', 12);
      expect(await banner()).to.include('for 12 minutes');
    });

    it('puts a notification off, is not there before', async () => {
      await send('NOTIFICATION', 60);
      await defer('NOTIFICATION', 9);
      expect(await banner()).to.equal(undefined);
    });

    it('refuses one and took a later one, is not there', async () => {
      await refuse('NOTIFICATION', 60);
      await send('NOTIFICATION', 20);
      expect(await banner()).to.equal(undefined);
    });

    it('refuses two mistyped addresses, is not there', async () => {
      await refuse('ACKNOWLEDGEMENT', 60);
      await refuse('ACKNOWLEDGEMENT', 60);
      expect(await banner()).to.equal(undefined);
    });

    it('refuses every acknowledgement, is there', async () => {
      for (const minutes of [30, 20, 12]) await refuse('ACKNOWLEDGEMENT', minutes);
      expect(await banner()).to.include('for 30 minutes');
    });
  });
});
