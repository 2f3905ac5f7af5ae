import SMTPConnection, {
  type SentMessageInfo,
  type SMTPError,
} from 'nodemailer/lib/smtp-connection';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { TimeoutError } from '../resilience/timeout';
import type { Message } from './messages';
import { classify, settled, type Progress, type SmtpOutcome } from './smtp-outcome';
import { openSocket, readSmtpUrl } from './smtp-server';

/** How long to wait for the mail server (RFC 5321, section 4.5.3.2). */
export interface SmtpTimeouts {
  /** For the connection. */
  connectMs: number;
  /** For the greeting and for the reply to each command. */
  replyMs: number;
  /** For the reply to the last line of an email: giving up earlier repeats what has arrived. */
  finalReplyMs: number;
  /** For one email as a whole, in case a server replies byte by byte. */
  sendMs: number;
}

export type SmtpSender = ReturnType<typeof createSmtpSender>;

interface Session {
  socket: Socket;
  smtp: SMTPConnection;
}

/**
 * Returns a sender that keeps its connection from one email to the next, and sends one at a time. No
 * method rejects.
 */
export function createSmtpSender(smtpUrl: string, timeouts: SmtpTimeouts) {
  const { connection: server, auth } = readSmtpUrl(smtpUrl);
  const aborted = new AbortController();
  let session: Session | undefined;

  function close(): void {
    session?.smtp.close();
    session?.socket.destroy();
  }

  /** Opens a connection and signs in. */
  async function open(progress: Progress): Promise<Session> {
    const socket = await openSocket(server, timeouts.connectMs, aborted.signal);
    const smtp = new SMTPConnection({
      ...server,
      connection: socket,
      connectionTimeout: timeouts.replyMs,
      greetingTimeout: timeouts.replyMs,
      socketTimeout: timeouts.finalReplyMs, // the shorter ones are set on our socket, below TLS
      socketCloseTimeout: 1000,
    });
    // Every step listens for itself, and the end of an idle connection needs no reaction.
    smtp.on('error', () => undefined);
    const opened = (session = { socket, smtp });
    if (aborted.signal.aborted) close();
    await step(smtp, (done) => smtp.connect(done));
    socket.on('timeout', () => smtp.close());
    progress.reached = 'AUTH';
    socket.setTimeout(timeouts.replyMs);
    if (auth && smtp.allowsAuth) await step(smtp, (done) => smtp.login(auth, done));
    return opened;
  }

  /** Sends the message if there is one, after connecting and signing in where needed. */
  async function attempt(message?: Message, onHandOver?: () => void): Promise<SmtpOutcome> {
    const progress: Progress = { reached: 'CONNECT', lastReply: false, isHandedOver: false };
    const to = message?.envelope.to ?? [];
    try {
      if (aborted.signal.aborted) throw new TimeoutError('Stopped');
      const current = session ?? (await open(progress));
      progress.reached = 'MAIL';
      if (!message) return settled([], []);
      const refused = await transmit(current, message, () => {
        onHandOver?.();
        progress.isHandedOver = true;
      });
      return settled(to, refused);
    } catch (error) {
      if (progress.reached === 'MAIL')
        progress.lastReply = session?.smtp.lastServerResponse ?? false;
      close();
      session = undefined;
      return classify(error as SMTPError, progress, to);
    }
  }

  /** Resolves with what the server refused, by recipient, while it accepted others. */
  async function transmit(
    { socket, smtp }: Session,
    { envelope, raw }: Message,
    onHandOver: () => void,
  ): Promise<SMTPError[]> {
    smtp.lastServerResponse = false; // from now on it belongs to this email
    const handOver = function* () {
      onHandOver();
      socket.setTimeout(timeouts.finalReplyMs);
      yield raw;
    };
    socket.setTimeout(timeouts.replyMs);
    const { rejectedErrors = [] } = await step<SentMessageInfo>(smtp, (done) =>
      smtp.send(envelope, Readable.from(handOver()), done),
    );
    return rejectedErrors;
  }

  /**
   * Sends the message. `onHandOver` is called when the server is given the text: from then on, until
   * this resolves, the message may arrive. If it throws, the server is not given the text.
   */
  async function send(message: Message, onHandOver?: () => void): Promise<SmtpOutcome> {
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort();
      close();
    }, timeouts.sendMs);
    const isReused = session !== undefined;
    let outcome = await attempt(message, onHandOver);
    // A kept connection may have ended in the meantime: only a new one tells about the server.
    const isStale = isReused && outcome.kind === 'UNAVAILABLE' && outcome.phase === 'MAIL';
    if (isStale && !late.signal.aborted) outcome = await attempt(message, onHandOver);
    clearTimeout(timer);
    return outcome;
  }

  return {
    send,

    /** Connects and signs in. */
    check: () => attempt(),

    /** Closes the connection; the next email opens another. */
    quit() {
      session?.smtp.quit();
      session = undefined;
    },

    /** Breaks off what is under way. Nothing is sent from then on. */
    abort() {
      aborted.abort();
      close();
    },
  };
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
