import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPConnection, {
  type SentMessageInfo,
  type SMTPError,
} from 'nodemailer/lib/smtp-connection';
import type { Message } from './messages';
import { describeRefusals, judge, type SmtpOutcome } from './smtp-outcome';

export interface SmtpTimeouts {
  /** From the look-up of the name to the end of the TLS handshake. */
  connectMs: number;
  /** How long the server may be silent. */
  answerMs: number;
  /** All of one mail; shorter than its lease in the outbox. */
  sendMs: number;
}

/** Sends one mail at a time; nothing here rejects. */
export interface SmtpSender {
  send(message: Message): Promise<SmtpOutcome>;
  /** Connects and signs in. */
  check(): Promise<SmtpOutcome>;
  /** Says good-bye to the server; the next mail connects again. */
  rest(): void;
  /** Breaks off what is under way, and sends nothing from then on. */
  abort(): void;
}

/** Keeps its connection from one mail to the next. */
export function createSmtpSender(smtpUrl: string, timeouts: SmtpTimeouts): SmtpSender {
  const { auth, ...server } = parseConnectionUrl(smtpUrl);
  const options = {
    ...server,
    dnsTimeout: timeouts.connectMs,
    connectionTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.connectMs,
    socketTimeout: timeouts.answerMs,
    socketCloseTimeout: 1000,
  };
  const aborted = new AbortController();
  let connection: SMTPConnection | undefined;

  /** Goes as far as signing in when there is no message. */
  async function attempt(message?: Message): Promise<SmtpOutcome> {
    if (aborted.signal.aborted) return { kind: 'UNAVAILABLE', phase: 'CONNECT', code: 'EABORT' };
    const isFresh = connection === undefined;
    const current = (connection ??= new SMTPConnection(options));
    let reached: 'CONNECT' | 'AUTH' | 'MAIL' = 'CONNECT';
    try {
      if (isFresh) {
        current.on('error', ignore);
        await step(current, (done) => {
          current.connect(done);
        });
        reached = 'AUTH';
        if (auth && current.allowsAuth) {
          await step(current, (done) => {
            current.login(auth, done);
          });
        }
      }
      if (!message) return { kind: 'ACCEPTED', refusals: undefined };
      reached = 'MAIL';
      current.lastServerResponse = false;
      const { envelope, raw } = message;
      const { rejectedErrors = [] } = await step<SentMessageInfo>(current, (done) => {
        current.send(envelope, raw, done);
      });
      return {
        kind: 'ACCEPTED',
        refusals: describeRefusals(rejectedErrors, envelope.to.length),
      };
    } catch (error) {
      current.close();
      connection = undefined;
      return judge(error as SMTPError, reached, current.lastServerResponse);
    }
  }

  async function send(message: Message): Promise<SmtpOutcome> {
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort();
      connection?.close();
    }, timeouts.sendMs);
    const isReused = connection !== undefined;
    let verdict = await attempt(message);
    // A connection from before may have ended meanwhile: only a fresh one tells of the server.
    if (isReused && verdict.kind === 'UNAVAILABLE' && !late.signal.aborted) {
      verdict = await attempt(message);
    }
    clearTimeout(timer);
    return verdict;
  }

  return {
    send,

    check: () => attempt(),

    rest() {
      connection?.quit();
      connection = undefined;
    },

    abort() {
      aborted.abort();
      connection?.close();
    },
  };
}

type Done<T> = (error?: SMTPError | null, result?: T) => void;

/** One exchange. Some failures reach its callback and some only the connection's events. */
function step<T>(connection: SMTPConnection, run: (done: Done<T>) => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const fail = (error: SMTPError) => {
      finish();
      reject(error);
    };
    // Later, because the server's last word may still be on its way to the callback.
    const end = () => setImmediate(fail, closedByUs());
    const finish = () => connection.off('error', fail).off('end', end);
    connection.on('error', fail).on('end', end);
    run((error, result) => {
      finish();
      if (error) reject(error);
      else resolve(result as T);
    });
  });
}

function closedByUs(): SMTPError {
  return Object.assign(new Error('Took too long'), { code: 'ETIMEDOUT' });
}

function ignore(): void {
  // every step listens for itself, and the end of an idle connection is no news
}
