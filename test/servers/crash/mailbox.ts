import { EventEmitter } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { startSmtp } from '../../support/smtp/server';
import { between, type Random } from './random';

const slowestAnswerMs = 60;

export interface Received {
  messageId: string;
  recipients: string;
  /** The internal server that sent it. */
  sender: string;
  /** The time of the response 250, in milliseconds since 1970. */
  at: number;
}

export interface Mailbox {
  received: Received[];
  urlFor(sender: string): string;
  /** Emits `work` with the name of the server right after its email's 250. */
  events: EventEmitter;
  stop(): Promise<void>;
}

/** A real mail server that is slow, so that servers are killed in the middle of an email. */
export async function startMailbox(random: Random): Promise<Mailbox> {
  const received: Received[] = [];
  const events = new EventEmitter();
  const smtp = await startSmtp({
    onAuth({ username }, _session, done) {
      done(null, { user: username });
    },
    onRcptTo(_address, _session, done) {
      setTimeout(done, between(random, 0, slowestAnswerMs));
    },
    onData(stream, { envelope, user }, done) {
      buffer(stream).then((raw) => {
        const mail = {
          messageId: /^Message-ID: <(.+)>/im.exec(raw.toString())?.[1] ?? 'none',
          recipients: envelope.rcptTo.map(({ address }) => address).join(),
          sender: String(user),
          at: Date.now(),
        };
        received.push(mail);
        done();
        setImmediate(() => events.emit('work', mail.sender));
      }, done); // one that was cut was not received
    },
  });

  return {
    received,
    events,
    urlFor: (sender) => smtp.url.replace('intake:', `${sender}:`),
    stop: () => smtp.stop(),
  };
}
