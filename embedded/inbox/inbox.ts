import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { listen } from '../../common/http/listen';
import { createInboxPage } from './inbox-page';
import { openEmailFolder, type EmailFolder } from './email-folder';

export interface InboxOptions {
  folder: string;
  /** Of the page. */
  port: number;
}

export interface Inbox {
  smtpUrl: string;
  close(): Promise<void>;
}

/** A mail server that keeps what it is given, and the page that shows it. */
export async function startInbox({ folder, port }: InboxOptions): Promise<Inbox> {
  const mails = await openEmailFolder(folder);
  const page = await listen(createInboxPage(mails), { host: '127.0.0.1', port });
  const smtp = createSmtpServer(mails);
  smtp.on('error', () => undefined); // a client that breaks off is its own affair
  const listening = smtp.listen(0, '127.0.0.1');
  await new Promise<void>((resolve) => listening.once('listening', resolve));
  const { port: smtpPort } = listening.address() as AddressInfo;

  return {
    smtpUrl: `smtp://127.0.0.1:${smtpPort}`,
    async close() {
      await new Promise<void>((resolve) => {
        smtp.close(resolve);
      });
      await page.close(500);
    },
  };
}

function createSmtpServer(mails: Pick<EmailFolder, 'add'>): SMTPServer {
  return new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 500,
    onData(stream, session, done) {
      const recipients = session.envelope.rcptTo.map(({ address }) => address);
      buffer(stream)
        .then((raw) => mails.add(raw, recipients))
        .then(() => {
          done();
        }, done);
    },
  });
}
