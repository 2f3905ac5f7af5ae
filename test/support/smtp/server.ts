import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';

export interface ReceivedEmail {
  recipients: string[];
  parsed: ParsedMail;
  raw: string;
}

/**
 * A refusal: its code, or all of it (`550 5.4.5 Daily limit exceeded`). `hang` never replies, `die`
 * drops the connection.
 */
export type Reply = number | `${number} ${string}` | 'hang' | 'die' | undefined;

export interface TestSmtp {
  url: string;
  emails: ReceivedEmail[];
  /** How many were opened so far. */
  connections: number;
  /** How it replies from now on; a step that is not set is accepted. */
  replies: {
    greeting?: Reply;
    auth?: Reply;
    mail?: Reply;
    rcpt?: (address: string) => Reply;
    data?: Reply | ((recipients: string[]) => Reply);
    /** Keeps an email before it replies to its text, whatever the reply. */
    keeps?: boolean;
    /** How long it takes to reply to the text. */
    dataAfterMs?: number;
  };
  /** All of them, or the one of that session. */
  dropConnections(sessionId?: string): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

type Done = (error?: Error | null) => void;

/** A real mail server that keeps what it receives, and misbehaves as told. */
export async function startSmtp(options: SMTPServerOptions = {}): Promise<TestSmtp> {
  let server: SMTPServer | undefined;
  let port = 0;

  const smtp: TestSmtp = {
    url: '',
    emails: [],
    connections: 0,
    replies: {},
    dropConnections(sessionId) {
      for (const { id, _socket } of server?.connections ?? []) {
        if (sessionId === undefined || id === sessionId) _socket.destroy();
      }
    },
    async start() {
      server = createServer();
      server.on('error', () => undefined); // broken connections are the point
      const listening = server.listen(port, '127.0.0.1');
      await once(listening, 'listening');
      ({ port } = listening.address() as AddressInfo);
      smtp.url = `smtp://intake:secret@127.0.0.1:${port}`;
    },
    async stop() {
      smtp.dropConnections();
      await new Promise<void>((resolve) => {
        if (server) server.close(resolve);
        else resolve();
      });
      server = undefined;
    },
  };

  function reply({ id }: SMTPServerSession, what: Reply, done: Done): void {
    if (what === 'die') smtp.dropConnections(id);
    else if (what !== 'hang') done(what === undefined ? null : new Refusal(what));
  }

  async function receive(raw: Buffer, session: SMTPServerSession, done: Done): Promise<void> {
    const { data, keeps, dataAfterMs = 0 } = smtp.replies;
    const recipients = session.envelope.rcptTo.map(({ address }) => address);
    const answer = typeof data === 'function' ? data(recipients) : data;
    if (keeps || answer === undefined) {
      smtp.emails.push({ recipients, parsed: await simpleParser(raw), raw: raw.toString() });
    }
    await sleep(dataAfterMs);
    reply(session, answer, done);
  }

  function createServer(): SMTPServer {
    return new SMTPServer({
      hideSTARTTLS: true,
      allowInsecureAuth: true,
      authOptional: true,
      disableReverseLookup: true,
      closeTimeout: 50,
      onConnect(session, done) {
        smtp.connections += 1;
        reply(session, smtp.replies.greeting, done);
      },
      onAuth(_auth, session, done) {
        reply(session, smtp.replies.auth, (error) => {
          done(error ?? null, error ? undefined : { user: 'intake' });
        });
      },
      onMailFrom(_address, session, done) {
        reply(session, smtp.replies.mail, done);
      },
      onRcptTo({ address }, session, done) {
        reply(session, smtp.replies.rcpt?.(address), done);
      },
      onData(stream, session, done) {
        void buffer(stream).then((raw) => {
          void receive(raw, session, done);
        });
      },
      ...options,
    });
  }

  await smtp.start();
  return smtp;
}

class Refusal extends Error {
  readonly responseCode: number;

  constructor(reply: number | string) {
    const [, code, text = 'Not now'] = /^(\d+) ?(.+)?$/.exec(String(reply)) ?? [];
    super(text);
    this.responseCode = Number(code);
  }
}
