import { expect } from 'chai';
import { readdir, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { createTransport } from 'nodemailer';
import { startInbox } from '../../../embedded/inbox/inbox';
import { freePort } from '../../../embedded/ports';
import { temporaryFolder } from '../../support/process/postgres';

interface ShownEmail {
  id: string;
  from: string;
  to: string[];
  subject: string;
  messageId: string;
  text: string;
  html: string | null;
  receivedAt: string;
}

const message = {
  from: 'intake@localhost',
  to: ['ann@firm.test', 'bob@firm.test'],
  bcc: 'blind@firm.test',
  subject: 'Grüße <b>',
  messageId: '<one@localhost>',
  text: 'Hello & welcome',
  html: '<p title="x">Hello</p>',
};

describe('startInbox', () => {
  let folder: string;
  let inbox: Awaited<ReturnType<typeof startInbox>>;
  let url: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    await open();
  });
  afterEach(async () => {
    await inbox.close();
    await rm(folder, { recursive: true });
  });

  async function open(): Promise<void> {
    const port = await freePort();
    inbox = await startInbox({ folder, port });
    url = `http://127.0.0.1:${port}`;
  }

  async function send(changes: object = {}): Promise<void> {
    const transport = createTransport(inbox.smtpUrl);
    await transport.sendMail({ ...message, ...changes });
    transport.close();
  }

  async function emails(): Promise<ShownEmail[]> {
    return (await fetch(`${url}/mails.json`)).json() as Promise<ShownEmail[]>;
  }

  it('serves everything about an email as JSON, blind copies included', async () => {
    const before = Date.now();
    await send();
    const [email] = await emails();
    expect(email).to.deep.include({
      from: 'intake@localhost',
      to: ['ann@firm.test', 'bob@firm.test', 'blind@firm.test'],
      subject: 'Grüße <b>',
      messageId: '<one@localhost>',
      html: '<p title="x">Hello</p>',
    });
    expect(email?.text.trim()).to.equal('Hello & welcome');
    expect(Date.parse(email!.receivedAt)).to.be.within(before, Date.now());
  });

  it('lists emails newest first', async () => {
    await send({ subject: 'first' });
    await send({ subject: 'second' });
    expect((await emails()).map(({ subject }) => subject)).to.deep.equal(['second', 'first']);
    const page = await (await fetch(url)).text();
    expect(page.indexOf('>second<')).to.be.within(1, page.indexOf('>first<'));
  });

  it('shows an email with its text escaped and its HTML in a frame of its own', async () => {
    await send();
    const [email] = await emails();
    const page = await (await fetch(`${url}/mails/${email!.id}`)).text();
    expect(page).to.include('Grüße &lt;b&gt;').and.to.include('Hello &amp; welcome');
    expect(page).to.match(/<iframe [^>]*sandbox="allow-popups[^>]* src="\/mails\/[^"]+\/html">/);
    expect(page).not.to.include('<b>').and.not.to.include('<p title');
    const frame = await fetch(`${url}/mails/${email!.id}/html`);
    expect(await frame.text()).to.include('<p title="x">Hello</p>');
    const policy = frame.headers.get('content-security-policy');
    expect(policy).to.include("default-src 'none'").and.to.include('; sandbox ');
    expect(policy).to.not.include('script');
  });

  it('runs no script and loads nothing from elsewhere', async () => {
    const policy = (await fetch(url)).headers.get('content-security-policy');
    expect(policy).to.include("default-src 'none'").and.not.to.include('unsafe');
  });

  it('shows a recipient whose address is not ASCII', async () => {
    await send({ to: 'жук@пример.рф', bcc: [] });
    const [email] = await emails();
    expect(email?.to[0]).to.match(/^жук@/);
  });

  it('keeps its emails across a restart', async () => {
    await send();
    await inbox.close();
    await open();
    expect(await emails()).to.have.length(1);
  });

  it('keeps the newest 500', async () => {
    const transport = createTransport(`${inbox.smtpUrl}?pool=true`);
    for (let n = 1; n <= 502; n++) await transport.sendMail({ ...message, subject: `${n}` });
    transport.close();
    const shown = await emails();
    expect(shown).to.have.length(500);
    expect([shown[0]?.subject, shown.at(-1)?.subject]).to.deep.equal(['502', '3']);
    expect(await readdir(folder)).to.have.length(500);
  });

  it('answers 403 under a foreign host name', async () => {
    const status = await new Promise((resolve) =>
      get(`${url}/mails.json`, { headers: { host: 'evil.test' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }),
    );
    expect(status).to.equal(403);
  });

  it('answers 204 for the icon that browsers request', async () => {
    expect((await fetch(`${url}/favicon.ico`)).status).to.equal(204);
  });

  it('answers 404 for an unknown email', async () => {
    expect((await fetch(`${url}/mails/1`)).status).to.equal(404);
  });
});
