import { expect } from 'chai';
import { simpleParser } from 'mailparser';
import { buildMessage } from '../../../common/mail/messages';
import type { ClaimedEmail, EmailKind } from '../../../common/outbox/types';
import { mailServer, mailSettings } from '../../support/smtp/deliveries';

const settings = { ...mailSettings, mail: mailServer };
const lead = {
  id: '1a2b3c4d-0000-4000-8000-000000000000',
  firstName: 'Carla',
  lastName: 'Moreno',
  email: 'carla@example.com',
};

function claimed(kind: EmailKind, overrides: Partial<typeof lead> = {}): ClaimedEmail {
  return {
    id: '5e6f7a8b-0000-4000-8000-000000000000',
    kind,
    attempts: 0,
    state: 'QUEUED',
    lastError: null,
    unanswered: 0,
    lockedUntil: '',
    lead: { ...lead, ...overrides },
    isRepeated: false,
    recipients: {},
    gatheredIds: [],
    gatheredLeads: [],
  };
}

async function read(kind: EmailKind, overrides?: Partial<typeof lead>, changed = {}) {
  const message = await buildMessage(claimed(kind, overrides), { ...settings, ...changed });
  const parsed = await simpleParser(message.raw);
  const { text = '', html } = parsed;
  const headers = message.raw.toString().split('\r\n\r\n', 1)[0]!;
  return { ...message, parsed, text, html: html || '', headers };
}

describe('buildMessage, acknowledgement', () => {
  it('goes to the prospect, from the firm, marked as sent automatically', async () => {
    const { envelope, parsed, headers } = await read('ACKNOWLEDGEMENT');
    expect(envelope).to.deep.equal({ from: 'intake@lee.example', to: ['carla@example.com'] });
    expect(parsed.from?.value).to.deep.equal([
      { address: 'intake@lee.example', name: 'Lee & Partners' },
    ]);
    expect(parsed.messageId).to.equal('<5e6f7a8b-0000-4000-8000-000000000000@lee.example>');
    expect(parsed.replyTo).to.be.undefined;
    expect(headers).to.match(/^Auto-Submitted: auto-generated$/m);
    expect(headers).to.match(/^X-Auto-Response-Suppress: All$/m);
  });

  it("says what happens next in text and HTML, with reference and the firm's texts", async () => {
    const { text, html } = await read('ACKNOWLEDGEMENT');
    for (const part of [text, html]) {
      expect(part).to.include('Hello Carla,');
      expect(part).to.include('an attorney reads what you sent, usually within two working days');
      expect(part).to.include('1a2b3c4d');
      expect(part).to.include('office@lee.example');
    }
    expect(text).to.include('Thank you for getting in touch with Lee & Partners.');
    expect(text).to.include('https://lee.example/privacy?a=1&b=2');
    expect(text).to.include("Writing to us doesn't make us your attorneys.");
    expect(html).to.include('Lee &amp; Partners');
    expect(html).to.include('href="https://lee.example/privacy?a=1&amp;b=2"');
    expect(html).to.include('<html lang="en">');
  });

  it('leaves out what the firm has not configured', async () => {
    const firm = {
      name: 'Us',
      contact: undefined,
      privacyUrl: undefined,
      disclaimer: undefined,
      replyTime: 'a day',
    };
    const { text, html } = await read('ACKNOWLEDGEMENT', {}, { firm });
    expect(text).to.match(/you can ignore this email\.\n\nUs\n*$/);
    expect(html).to.not.match(/undefined|<small>|<a /);
  });

  const names: [string, boolean][] = [
    ['Chloé', true],
    ["D'Arcy", true],
    ['O’Neill', true],
    ['Anne-Marie Luise', true],
    ['महेश', true],
    ['李', true],
    ['a'.repeat(40), true],
    ['a'.repeat(41), false],
    ['Buy at evil.example', false],
    ['http://evil.example', false],
    ['Carla!', false],
    ['Carla2', false],
    ['<b>Carla</b>', false],
    ['Carla\nYou have won', false],
    ['Carla\u2028You have won', false],
    ['\u202eCarla', false],
    ["' -", false],
  ];
  for (const [name, isGreeted] of names) {
    it(`${isGreeted ? 'greets' : 'does not repeat'} ${JSON.stringify(name.slice(0, 45))}`, async () => {
      const { text, html, raw } = await read('ACKNOWLEDGEMENT', { firstName: name });
      const greeting = isGreeted ? `Hello ${name},` : 'Hello,';
      expect(text.split('\n')[0]).to.equal(greeting);
      if (isGreeted) return;
      expect(html).to.include('<p>Hello,</p>');
      expect(raw.toString()).to.not.match(/evil|won|Carla/);
    });
  }

  it('contains no other text of the sender', async () => {
    const { raw } = await read('ACKNOWLEDGEMENT', { lastName: 'visit evil.example' });
    expect(raw.toString()).to.not.include('evil');
  });
});

describe('buildMessage, notification', () => {
  it('is one email to all attorneys, with name, reference and link', async () => {
    const { envelope, parsed, text, html, headers } = await read('NOTIFICATION');
    expect(envelope.to).to.deep.equal(mailServer.attorneyEmails);
    expect(parsed.subject).to.equal('New lead: Carla Moreno (1a2b3c4d)');
    expect(parsed.replyTo?.value).to.deep.equal([{ address: 'carla@example.com', name: '' }]);
    expect(headers).to.match(/^Auto-Submitted: auto-generated$/m);
    for (const part of [text, html]) {
      expect(part).to.include('Carla Moreno');
      expect(part).to.include('1a2b3c4d');
      expect(part).to.include(`http://desk.example:3001/leads/${lead.id}`);
    }
    expect(parsed.attachments).to.be.empty;
  });

  it('leaves out name and address when only the reference is wanted', async () => {
    const { raw, parsed } = await read('NOTIFICATION', {}, { notificationDetail: 'reference' });
    expect(parsed.subject).to.equal('New lead (1a2b3c4d)');
    expect(parsed.replyTo).to.be.undefined;
    expect(raw.toString()).to.not.match(/carla|moreno/i);
  });

  it('escapes the name in HTML only', async () => {
    const { text, html } = await read('NOTIFICATION', { lastName: `<b>O'Neill & Co</b>` });
    expect(text).to.include(`Carla <b>O'Neill & Co</b>`);
    expect(html).to.include('&lt;b&gt;O&#39;Neill &amp; Co&lt;/b&gt;').and.not.include('<b>');
  });

  it('keeps a name on one line', async () => {
    const { text } = await read('NOTIFICATION', { lastName: 'Moreno\r\nReference: 00000000' });
    expect(text).to.include('Name: Carla Moreno Reference: 00000000\n');
  });
});

describe('buildMessage, headers', () => {
  const attack = 'x\r\nBcc: evil@evil.example\r\n\r\nhello';
  for (const kind of ['ACKNOWLEDGEMENT', 'NOTIFICATION'] as const) {
    it(`cannot be injected through a lead's fields (${kind})`, async () => {
      const fields = { firstName: attack, lastName: attack, email: `a@example.com${attack}` };
      const { headers, parsed, envelope } = await read(kind, fields);
      expect(headers).to.not.match(/^(Bcc|evil)/im);
      expect(parsed.bcc).to.be.undefined;
      expect(envelope.to.join()).to.not.include('evil@evil.example');
    });
  }

  for (const email of ['a@example.com, b@evil.example', 'A <a@example.com>, <b@evil.example>']) {
    it(`name one recipient for ${email}`, async () => {
      const { envelope } = await read('ACKNOWLEDGEMENT', { email });
      expect(envelope.to).to.have.length(1);
      expect(envelope.to).to.not.include('b@evil.example');
    });
  }
});

describe('buildMessage, gathered notifications', () => {
  const other = { ...lead, id: '2b3c4d5e-0000-4000-8000-000000000000', firstName: '<b>Ann\r\nX' };
  const build = async (others: number, settingsChanged = {}) => {
    const email = claimed('NOTIFICATION');
    email.gatheredIds = Array.from({ length: others }, (_, i) => `${i}`);
    email.gatheredLeads = Array.from({ length: Math.min(others, 49) }, () => other);
    const message = await buildMessage(email, { ...settings, ...settingsChanged });
    return { ...message, parsed: await simpleParser(message.raw) };
  };

  it('counts the leads, links to the list and to each lead', async () => {
    const { parsed, envelope } = await build(1);
    expect(parsed.subject).to.equal('2 new leads');
    expect(envelope.to).to.deep.equal(mailServer.attorneyEmails);
    expect(parsed.replyTo).to.be.undefined;
    for (const part of [parsed.text, parsed.html]) {
      expect(part).to.include(
        'http://desk.example:3001/leads/1a2b3c4d-0000-4000-8000-000000000000',
      );
      expect(part).to.match(/http:\/\/desk\.example:3001\/leads["\n]/);
      expect(part).to.include('2b3c4d5e').and.include('Carla Moreno');
      expect(part).not.to.include('more.');
    }
    expect(parsed.html).to.include('&lt;b&gt;Ann X Moreno').and.not.include('<b>');
  });

  it('names fifty leads, and counts the others', async () => {
    const { parsed } = await build(1939);
    expect(parsed.subject).to.equal('1940 new leads');
    for (const part of [parsed.text, parsed.html]) expect(part).to.include('and 1890 more.');
    expect(parsed.text?.match(/^Reference: /gm)).to.have.length(50);
  });

  it('gives references alone when NOTIFICATION_DETAIL says so', async () => {
    const { raw } = await build(3, { notificationDetail: 'reference' });
    expect(raw.toString()).not.to.match(/Carla|Ann|Moreno|example\.com/);
  });
});
