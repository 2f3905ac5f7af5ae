import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { listen } from '../../common/http/listen';
import { createInboxPage } from './inbox-page';
import { openEmailFolder, type EmailFolder } from './email-folder';

/** Starts a mail server that keeps what it receives, on any free port, and the page that shows it. */
export async function startInbox({ folder, port }: { folder: string; port: number }) {
  const emails = await openEmailFolder(folder);
  const page = await listen(createInboxPage(emails), {
    host: '127.0.0.1',
    port,
    variable: 'INBOX_PORT',
  });
  const smtp = createSmtpServer(emails);
  smtp.on('error', () => undefined); // a client that disconnects early is no concern of ours
  const listening = smtp.listen(0, '127.0.0.1');
  await new Promise<void>((resolve) => listening.once('listening', resolve));
  const { port: smtpPort } = listening.address() as AddressInfo;

  return {
    smtpUrl: `smtp://127.0.0.1:${smtpPort}`,
    async close(): Promise<void> {
      await new Promise<void>((resolve) => smtp.close(resolve));
      await page.close(500);
    },
  };
}

function createSmtpServer(emails: Pick<EmailFolder, 'add'>): SMTPServer {
  return new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 500,
    onData(stream, session, done) {
      const recipients = session.envelope.rcptTo.map(({ address }) => address);
      buffer(stream)
        .then((raw) => emails.add(raw, recipients))
        .then(() => done(), done);
    },
  });
}
