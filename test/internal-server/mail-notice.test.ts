import { expect } from 'chai';
import type { DeliveryStatus } from '../../common/mail/gate';
import { startInternalApp } from '../support/internal-app';

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
      'has not taken our mail for 11 minutes (CONNECT ECONNREFUSED)',
    ],
    [
      'names the variable when there is no mail server',
      () => ({ state: 'NO_SERVER', since: minutesAgo(0) }),
      'No mail server is set up (SMTP_URL)',
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
});
