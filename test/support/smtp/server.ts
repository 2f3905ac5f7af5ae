import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';

export interface ReceivedMail {
  recipients: string[];
  parsed: ParsedMail;
  raw: string;
}

/** A reply code to refuse with; `hang` never answers, `die` drops the connection. */
export type Answer = number | 'hang' | 'die' | undefined;

export interface TestSmtp {
  url: string;
  mails: ReceivedMail[];
  /** How many connections were opened so far. */
  connections: number;
  /** How it answers from now on; everything is accepted unless set. */
  answers: {
    greeting?: Answer;
    auth?: Answer;
    mail?: Answer;
    rcpt?: (address: string) => Answer;
    data?: Answer;
  };
  dropConnections(): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

type Done = (error?: Error | null) => void;

/** A real mail server that keeps what it is given, and misbehaves as told. */
export async function startSmtp(options: SMTPServerOptions = {}): Promise<TestSmtp> {
  let server: SMTPServer | undefined;
  let port = 0;

  const smtp: TestSmtp = {
    url: '',
    mails: [],
    connections: 0,
    answers: {},
    dropConnections() {
      for (const { _socket } of server?.connections ?? []) _socket.destroy();
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

  function answer({ id }: SMTPServerSession, what: Answer, done: Done): void {
    if (what === 'hang') return;
    if (what !== 'die') {
      done(what === undefined ? null : refusal(what));
      return;
    }
    for (const connection of server?.connections ?? []) {
      if (connection.id === id) connection._socket.destroy();
    }
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
        answer(session, smtp.answers.greeting, done);
      },
      onAuth(_auth, session, done) {
        answer(session, smtp.answers.auth, (error) => {
          done(error ?? null, error ? undefined : { user: 'intake' });
        });
      },
      onMailFrom(_address, session, done) {
        answer(session, smtp.answers.mail, done);
      },
      onRcptTo({ address }, session, done) {
        answer(session, smtp.answers.rcpt?.(address), done);
      },
      onData(stream, session, done) {
        void buffer(stream).then((raw) => {
          answer(session, smtp.answers.data, (error) => {
            if (error) {
              done(error);
              return;
            }
            void simpleParser(raw).then((parsed) => {
              const recipients = session.envelope.rcptTo.map(({ address }) => address);
              smtp.mails.push({ recipients, parsed, raw: raw.toString() });
              done();
            });
          });
        });
      },
      ...options,
    });
  }

  await smtp.start();
  return smtp;
}

function refusal(code: number): Error {
  return Object.assign(new Error('Not now'), { responseCode: code });
}
