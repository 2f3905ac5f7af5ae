import ejs from 'ejs';
import MimeNode from 'nodemailer/lib/mime-node';
import path from 'node:path';
import type { ClaimedEmail } from '../outbox/repository';
import { reference } from '../leads/reference';
import { viewsFolder } from '../render';
import { assemble } from './assemble';
import type { MailServerConfig, MailConfig } from './config';

/** A mail as it goes over the wire. */
export interface Message {
  envelope: { from: string; to: string[] };
  raw: Buffer;
}

type Settings = Pick<MailConfig, 'firm' | 'baseUrl' | 'notificationDetail'> & {
  mail: Pick<MailServerConfig, 'from' | 'attorneyEmails'>;
};

export async function buildMessage(claimed: ClaimedEmail, settings: Settings): Promise<Message> {
  const draft = claimed.kind === 'ACKNOWLEDGEMENT' ? acknowledgement : notification;
  const { view, values, headers } = draft(claimed, settings);
  const { from } = settings.mail;
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const ofNode = { baseBoundary: claimed.id, textEncoding: 'Q' }; // the id saves random bytes
  const mail = new MimeNode('multipart/alternative', ofNode).setHeader({
    'Auto-Submitted': 'auto-generated',
    From: asAddress(from, settings.firm.name),
    'Message-ID': `<${claimed.id}@${domain}>`, // so that a repeat after a crash is recognisable
    ...headers,
  });
  mail.createChild('text/plain; charset=utf-8', ofNode).setContent(await renderText(view, values));
  mail.createChild('text/html; charset=utf-8', ofNode).setContent(await renderHtml(view, values));
  const { to } = mail.getEnvelope();
  return { envelope: { from, to }, raw: Buffer.from(assemble(mail)) };
}

/** To an address that nobody checked: nothing of the sender's text goes there but a plain name. */
function acknowledgement({ lead }: ClaimedEmail, { firm }: Settings) {
  return {
    view: 'acknowledgement',
    values: {
      firm,
      reference: reference(lead.id),
      greetingName: isPlainlyAName(lead.firstName) ? lead.firstName : undefined,
    },
    headers: {
      To: [asAddress(lead.email)],
      Subject: `We have received your details (reference ${reference(lead.id)})`,
      'X-Auto-Response-Suppress': 'All',
    },
  };
}

function notification({ lead }: ClaimedEmail, { baseUrl, mail, notificationDetail }: Settings) {
  const isFull = notificationDetail === 'full';
  const name = isFull ? oneLine(`${lead.firstName} ${lead.lastName}`) : undefined;
  return {
    view: 'notification',
    values: { name, reference: reference(lead.id), url: `${baseUrl}/leads/${lead.id}` },
    headers: {
      To: mail.attorneyEmails.map((email) => asAddress(email)),
      Subject: `New lead${name ? `: ${name}` : ''} (${reference(lead.id)})`,
      ...(isFull && { 'Reply-To': asAddress(lead.email) }),
    },
  };
}

/** An object, because a string would be parsed and could turn out to be several. */
function asAddress(address: string, name = ''): { name: string; address: string } {
  return { name, address };
}

function isPlainlyAName(name: string): boolean {
  return /^[\p{L}\p{M} '’-]{1,40}$/u.test(name) && /\p{L}/u.test(name);
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

function renderText(view: string, values: object): Promise<string> {
  const escape = (text = '') => text; // plain text has nothing to escape
  return ejs.renderFile(fileOf(`${view}.text`), values, { cache: true, escape });
}

function renderHtml(view: string, values: object): Promise<string> {
  return ejs.renderFile(fileOf(`${view}.html`), values, { cache: true });
}

function fileOf(view: string): string {
  return path.join(viewsFolder, 'mail', `${view}.ejs`);
}
