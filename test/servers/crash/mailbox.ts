import { EventEmitter } from 'node:events';
import { buffer } from 'node:stream/consumers';
import type { SMTPServerEnvelope } from 'smtp-server';
import { startSmtp } from '../../support/smtp/server';
import { between, type Random } from './random';

const slowestAnswerMs = 60;
const lateShare = 1 / 20;

/** An email as one recipient received it. */
export interface Received {
  messageId: string;
  recipient: string;
  /** The internal server that sent it. */
  sender: string;
  /** When the mail server had it, in milliseconds since 1970. */
  at: number;
  /** When it was confirmed, or would have been. */
  repliedAt: number;
}

export interface Mailbox {
  received: Received[];
  urlFor(sender: string): string;
  /** Emits `work` with the name of the server right after its email's 250. */
  events: EventEmitter;
  stop(): Promise<void>;
}

/**
 * A real mail server that is slow, so that servers are killed in the middle of an email. One email
 * in twenty it confirms only after `lateMs`.
 */
export async function startMailbox(random: Random, lateMs: number): Promise<Mailbox> {
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
        const delayMs = random() < lateShare ? lateMs : 0;
        received.push(...deliveries(raw, envelope, { sender: String(user), delayMs }));
        setTimeout(() => {
          done();
          setImmediate(() => events.emit('work', String(user)));
        }, delayMs);
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

/** One for each recipient, because an email may reach them by different attempts. */
export function deliveries(
  raw: Buffer,
  { rcptTo }: Pick<SMTPServerEnvelope, 'rcptTo'>,
  { sender, delayMs }: { sender: string; delayMs: number },
): Received[] {
  const messageId = /^Message-ID: <(.+)>/im.exec(raw.toString())?.[1] ?? 'none';
  const at = Date.now();
  return rcptTo.map(({ address: recipient }) => {
    return { messageId, recipient, sender, at, repliedAt: at + delayMs };
  });
}
