import { buffer } from 'node:stream/consumers';
import type { Received } from '../crash/mailbox';
import { startSmtp, type TestSmtp } from '../../support/smtp/server';

export interface MailServerConfig {
  received: Received[];
  /** When it died with an email that it had received, in milliseconds since 1970. */
  deaths: number[];
  /** How it responds from now on. It accepts everything else. */
  faults: {
    auth?: number;
    rcpt?: (address: string) => number | undefined;
    data?: 'dies';
  };
  smtp: TestSmtp;
  urlFor(sender: string): string;
}

/** A real mail server that records who sends, and what it had received before it died. */
export async function startMailServer(): Promise<MailServerConfig> {
  const [received, deaths, faults]: [Received[], number[], MailServerConfig['faults']] = [
    [],
    [],
    {},
  ];
  const smtp = await startSmtp({
    onAuth({ username }, _session, done) {
      done(refusal(faults.auth), { user: username });
    },
    onRcptTo({ address }, _session, done) {
      done(refusal(faults.rcpt?.(address)));
    },
    onData(stream, { envelope, user }, done) {
      buffer(stream).then((raw) => {
        const at = Date.now();
        const messageId = /^Message-ID: <(.+)>/im.exec(raw.toString())?.[1] ?? 'none';
        const recipients = envelope.rcptTo.map(({ address }) => address).join();
        received.push({ messageId, recipients, sender: String(user), at });
        if (faults.data !== 'dies') {
          done();
          return;
        }
        deaths.push(at);
        smtp.dropConnections();
      }, done); // one that was cut was not received
    },
  });
  const urlFor = (sender: string) => smtp.url.replace('intake:', `${sender}:`);
  return { received, deaths, faults, smtp, urlFor };
}

function refusal(code: number | undefined): Error | null {
  return code === undefined ? null : Object.assign(new Error('Not now'), { responseCode: code });
}
