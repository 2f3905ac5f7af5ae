import { expect } from 'chai';
import { isAccountRefusal } from '../../../common/mail/account-refusals';
import { readRefusal } from '../../../common/mail/reply';

/** Worded as the providers document them; docs/refusals.md has the sources. */
const ofAccount = [
  '550 5.4.5 Daily SMTP relay sending limit exceeded for user.',
  '550-5.4.5 Daily user sending limit exceeded. For more information on Gmail\n550 5.4.5 sending limits',
  '550-5.7.26 This mail has been blocked because the sender is unauthenticated.',
  '550 5.7.25 The IP address sending this message does not have a PTR record',
  '450 4.2.1 Peak SMTP relay limit exceeded for customer.',
  '421 4.7.28 Our system has detected an unusual rate of unsolicited mail from your IP',
  '554 5.2.252 SendAsDenied',
  '550 5.7.60 SMTP; Client does not have permissions to send as this sender',
  '550 5.1.8 Access denied, bad outbound sender',
  '550 5.7.705 Access denied, tenant has exceeded threshold',
  '550 5.7.501 Access denied, spam abuse detected',
  '550 5.2.2 Submission quota exceeded',
  '530 5.7.57 Client not authenticated to send mail.',
  '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded',
  '554 Message rejected: Email address is not verified. The following identities failed the check',
  "554 Access denied: User `arn:aws:iam::1:user/x' is not authorized to perform `ses:SendRawEmail'",
  '454 Throttling failure: Daily message quota exceeded.',
  '554 Message rejected: Sending paused for this account.',
  '553 5.7.1 <a@b.example>: Sender address rejected: not owned by user a',
  '554 5.7.1 <x@y.example>: Relay access denied',
  '450 4.7.1 Client host rejected: cannot find your hostname',
  '550 The from address does not match a verified Sender Identity.',
  '550 5.7.0 Account is suspended',
  '530 Authentication required',
];

const ofEmail = [
  '432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded',
  '550 5.1.1 The email account that you tried to reach does not exist.',
  '552 5.2.2 <bob@lee.example>: user quota exceeded',
  '452 4.2.2 The recipient’s mailbox is over its storage quota',
  '450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents more',
  '552 5.3.4 Message size exceeds fixed limit',
  '552 5.7.0 This message was blocked because its content presents a potential security issue.',
  '554 5.7.1 Message contains spam or virus',
  '550 5.7.1 Message rejected due to content restrictions',
  '451 4.3.0 Temporary server error. Please try again later',
  '450 4.7.1 Greylisted, please try again in 300 seconds',
  '554 Transaction failed',
  '550',
];

describe('isAccountRefusal', () => {
  for (const [replies, expected] of [
    [ofAccount, true],
    [ofEmail, false],
  ] as const) {
    for (const reply of replies) {
      it(`is ${expected} for ${reply}`, () => {
        expect(isAccountRefusal(readRefusal(reply)!)).to.equal(expected);
      });
    }
  }
});

describe('readRefusal', () => {
  for (const [reply, expected] of [
    ['550 5.1.1 Gone', { code: 550, status: '5.1.1', text: 'Gone' }],
    ['421-4.7.0 One\n421 4.7.0 Two', { code: 421, status: '4.7.0', text: 'One\n421 4.7.0 Two' }],
    ['550 Gone', { code: 550, status: undefined, text: 'Gone' }],
    ['550', { code: 550, status: undefined, text: '' }],
    ['550 5.1.12345 Gone', { code: 550, status: undefined, text: '5.1.12345 Gone' }],
    ['250 2.0.0 Fine', undefined],
    ['354 Go on', undefined],
    ['', undefined],
    [undefined, undefined],
  ] as const) {
    it(`reads ${JSON.stringify(reply)}`, () => {
      expect(readRefusal(reply)).to.deep.equal(expected);
    });
  }
});
