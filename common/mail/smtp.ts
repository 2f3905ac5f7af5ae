import { createTransport } from 'nodemailer';
import SMTPConnection, {
  type SentMessageInfo,
  type SMTPError,
} from 'nodemailer/lib/smtp-connection';
import { TimeoutError } from '../resilience/timeout';
import type { Message } from './messages';
import { classify, summarizeRefusals, type SmtpOutcome } from './smtp-outcome';

interface SmtpTimeouts {
  /** From the DNS lookup to the end of the TLS handshake. */
  connectMs: number;
  /** How long the server may stay silent. */
  replyMs: number;
  /** For one email as a whole; shorter than its lease in the outbox. */
  sendMs: number;
}

export type SmtpSender = ReturnType<typeof createSmtpSender>;

/**
 * Returns a sender that keeps its connection from one email to the next, and sends one at a time. No
 * method rejects.
 */
export function createSmtpSender(smtpUrl: string, timeouts: SmtpTimeouts) {
  const { connection: server, auth } = readSmtpUrl(smtpUrl);
  const options = {
    ...server,
    dnsTimeout: timeouts.connectMs,
    connectionTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.connectMs,
    socketTimeout: timeouts.replyMs,
    socketCloseTimeout: 1000,
  };
  const aborted = new AbortController();
  let connection: SMTPConnection | undefined;

  /** Sends the message if there is one, after connecting and signing in where needed. */
  async function attempt(message?: Message): Promise<SmtpOutcome> {
    if (aborted.signal.aborted) return { kind: 'UNAVAILABLE', phase: 'CONNECT', code: 'EABORT' };
    const isNew = connection === undefined;
    const current = (connection ??= new SMTPConnection(options));
    let reached: 'CONNECT' | 'AUTH' | 'MAIL' = 'CONNECT';
    try {
      if (isNew) {
        // Every step listens for itself, and the end of an idle connection needs no reaction.
        current.on('error', () => undefined);
        await step(current, (done) => current.connect(done));
        reached = 'AUTH';
        if (auth && current.allowsAuth) {
          await step(current, (done) => current.login(auth, done));
        }
      }
      reached = 'MAIL';
      const refusals = message && (await transmit(current, message));
      return { kind: 'ACCEPTED', refusals };
    } catch (error) {
      current.close();
      connection = undefined;
      return classify(error as SMTPError, reached, current.lastServerResponse);
    }
  }

  async function send(message: Message): Promise<SmtpOutcome> {
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort();
      connection?.close();
    }, timeouts.sendMs);
    const isReused = connection !== undefined;
    let outcome = await attempt(message);
    // A kept connection may have ended in the meantime: only a new one tells about the server.
    if (isReused && outcome.kind === 'UNAVAILABLE' && !late.signal.aborted) {
      outcome = await attempt(message);
    }
    clearTimeout(timer);
    return outcome;
  }

  return {
    send,

    /** Connects and signs in. */
    check: () => attempt(),

    /** Closes the connection; the next email opens another. */
    quit() {
      connection?.quit();
      connection = undefined;
    },

    /** Breaks off what is under way. Nothing is sent from then on. */
    abort() {
      aborted.abort();
      connection?.close();
    },
  };
}

/** Reads `SMTP_URL` as nodemailer reads a connection URL, so that all its options may be given. */
export function readSmtpUrl(smtpUrl: string) {
  const { auth, ...connection } = createTransport(smtpUrl).options;
  return { connection, auth };
}

/** Returns the summary of the recipients that were refused while others accepted. */
async function transmit(
  connection: SMTPConnection,
  { envelope, raw }: Message,
): Promise<string | undefined> {
  connection.lastServerResponse = false; // from now on it belongs to this email
  const { rejectedErrors = [] } = await step<SentMessageInfo>(connection, (done) =>
    connection.send(envelope, raw, done),
  );
  return summarizeRefusals(rejectedErrors, envelope.to.length);
}

type Done<T> = (error?: SMTPError | null, result?: T) => void;

/** Runs one exchange. Some failures reach its callback, others only the connection's events. */
function step<T = unknown>(connection: SMTPConnection, run: (done: Done<T>) => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const fail = (error: SMTPError) => {
      finish();
      reject(error);
    };
    // Deferred, because the server's last reply may still be on its way to the callback.
    const end = () => setImmediate(fail, new TimeoutError('The connection was closed by us'));
    const finish = () => connection.off('error', fail).off('end', end);
    connection.on('error', fail).on('end', end);
    run((error, result) => {
      finish();
      if (error) reject(error);
      else resolve(result as T);
    });
  });
}
