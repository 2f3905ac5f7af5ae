import { expect } from 'chai';
import type { DeliveryStatus } from '../../../common/mail/delivery-status';
import { startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

describe('the email notice', () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const server = 'mail.example:587';
  const paused = (minutes: number): DeliveryStatus => ({
    ...{ state: 'PAUSED', since: minutesAgo(minutes), server },
    ...{ reason: 'CONNECT ECONNREFUSED', lastTriedAt: minutesAgo(0) },
  });
  const cases: [string, () => DeliveryStatus, string | undefined][] = [
    [
      'is absent while emails go out',
      () => ({ state: 'RUNNING', since: minutesAgo(99), server }),
      undefined,
    ],
    ['is absent while the mail server restarts', () => paused(9), undefined],
    [
      'says for how long emails have been failing, and why, after ten minutes',
      () => paused(11),
      'The mail server mail.example:587 has not accepted our emails for 11 minutes: nothing accepts connections at that address',
    ],
    [
      'names the variable when there is no mail server',
      () => ({ state: 'NO_SERVER', since: minutesAgo(0) }),
      'No mail server is configured (SMTP_URL)',
    ],
  ];
  const hasReasons = (text = '') => text.startsWith('The mail server');
  for (const [title, status, expected] of cases) {
    it(title, async () => {
      const fixture = await startInternalApp({ delivery: { status, tryNow: () => false } });
      for (const url of ['/leads', '/account', '/nothing']) {
        const { text: ofAdmin } = await fixture.get(url, fixture.admin);
        expect(ofAdmin.includes('<a href="/outbox">See'), url).to.equal(hasReasons(expected));
        const { text } = await fixture.get(url);
        if (expected) expect(text, url).to.include(expected);
        else expect(text, url).to.not.include('class="notice"');
      }
      await fixture.close();
    });
  }

  describe('while the mail server accepts connections', () => {
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

    it('appears after ten minutes of refused notifications', async () => {
      await send('NOTIFICATION', 60);
      await refuse('NOTIFICATION', 11);
      expect(await banner()).to.include('has confirmed no email for 11 minutes');
    });

    it('appears when a notification has been deferred for more than ten minutes', async () => {
      await send('NOTIFICATION', 60);
      await defer('NOTIFICATION', 12);
      expect(await banner()).to.include('for 12 minutes');
    });

    it('appears when a notification was not confirmed for more than ten minutes', async () => {
      await send('NOTIFICATION', 60);
      const unconfirmed = { state: 'UNKNOWN', unanswered: 1, last_error: 'DATA ETIMEDOUT' };
      await leave('NOTIFICATION', 12, unconfirmed);
      expect(await banner()).to.include('for 12 minutes');
    });

    it('is absent when a notification has been deferred for less', async () => {
      await send('NOTIFICATION', 60);
      await defer('NOTIFICATION', 9);
      expect(await banner()).to.equal(undefined);
    });

    it('is absent when a later notification was accepted', async () => {
      await refuse('NOTIFICATION', 60);
      await send('NOTIFICATION', 20);
      expect(await banner()).to.equal(undefined);
    });

    it('is absent when two mistyped addresses were refused', async () => {
      await refuse('ACKNOWLEDGEMENT', 60);
      await refuse('ACKNOWLEDGEMENT', 60);
      expect(await banner()).to.equal(undefined);
    });

    it('appears when every acknowledgement is refused', async () => {
      for (const minutes of [30, 20, 12]) await refuse('ACKNOWLEDGEMENT', minutes);
      expect(await banner()).to.include('for 30 minutes');
    });
  });
});
