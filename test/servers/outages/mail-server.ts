import { buffer } from 'node:stream/consumers';
import { deliveries, type Received } from '../crash/mailbox';
import { startSmtp, type TestSmtp } from '../../support/smtp/server';

export interface MailServerConfig {
  received: Received[];
  /** When it died with an email that it had received, in milliseconds since 1970. */
  deaths: number[];
  /** How it responds from now on. It accepts everything else. */
  faults: {
    auth?: number;
    rcpt?: (address: string) => number | undefined;
    /** `dies` drops the connection after it has received the email. */
    data?: 'dies' | { code: number; text: string };
    /** How long it takes to confirm an email that it has received. */
    replyAfterMs?: number;
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
    onData(stream, { envelope, user, id }, done) {
      buffer(stream).then((raw) => {
        const { data, replyAfterMs: delayMs = 0 } = faults;
        if (typeof data === 'object') {
          done(refusal(data.code, data.text));
          return;
        }
        const copies = deliveries(raw, envelope, { sender: String(user), delayMs });
        received.push(...copies);
        if (data === 'dies') {
          deaths.push(...copies.map(({ at }) => at));
          smtp.dropConnections(id);
        } else setTimeout(done, delayMs);
      }, done); // one that was cut was not received
    },
  });
  const urlFor = (sender: string) => smtp.url.replace('intake:', `${sender}:`);
  return { received, deaths, faults, smtp, urlFor };
}

function refusal(code: number | undefined, text = 'Not now'): Error | null {
  return code === undefined ? null : Object.assign(new Error(text), { responseCode: code });
}
