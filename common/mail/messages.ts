import ejs from 'ejs';
import MailComposer from 'nodemailer/lib/mail-composer';
import path from 'node:path';
import type { ClaimedMail } from '../outbox';
import { reference } from '../reference';
import { viewsFolder } from '../render';
import { assemble } from './assemble';
import type { MailServer, MailSettings } from './settings';

/** A mail as it goes over the wire. */
export interface Message {
  envelope: { from: string; to: string[] };
  raw: Buffer;
}

type Settings = Pick<MailSettings, 'firm' | 'baseUrl' | 'notificationDetail'> & {
  mail: Pick<MailServer, 'from' | 'attorneyEmails'>;
};

export async function buildMessage(claimed: ClaimedMail, settings: Settings): Promise<Message> {
  const draft = claimed.kind === 'ACKNOWLEDGEMENT' ? acknowledgement : notification;
  const { view, values, headers, ...parts } = draft(claimed, settings);
  const { from } = settings.mail;
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const composed = new MailComposer({
    ...parts,
    from: asAddress(from, settings.firm.name),
    messageId: `<${claimed.id}@${domain}>`, // so that a repeat after a crash is recognisable
    baseBoundary: claimed.id, // instead of new random bytes for each part
    headers: { 'Auto-Submitted': 'auto-generated', ...headers },
    text: await renderText(view, values),
    html: await renderHtml(view, values),
    textEncoding: 'quoted-printable',
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  const { to } = composed.getEnvelope();
  return { envelope: { from, to }, raw: Buffer.from(assemble(composed)) };
}

/** To an address that nobody checked: nothing of the sender's text goes there but a plain name. */
function acknowledgement({ lead }: ClaimedMail, { firm }: Settings) {
  return {
    view: 'acknowledgement',
    values: {
      firm,
      reference: reference(lead.id),
      greetingName: isPlainlyAName(lead.firstName) ? lead.firstName : undefined,
    },
    to: [asAddress(lead.email)],
    subject: `We have received your details (reference ${reference(lead.id)})`,
    headers: { 'X-Auto-Response-Suppress': 'All' },
  };
}

function notification({ lead }: ClaimedMail, { baseUrl, mail, notificationDetail }: Settings) {
  const isFull = notificationDetail === 'full';
  const name = isFull ? oneLine(`${lead.firstName} ${lead.lastName}`) : undefined;
  return {
    view: 'notification',
    values: { name, reference: reference(lead.id), url: `${baseUrl}/leads/${lead.id}` },
    to: mail.attorneyEmails.map((email) => asAddress(email)),
    replyTo: isFull ? asAddress(lead.email) : undefined,
    subject: `New lead${name ? `: ${name}` : ''} (${reference(lead.id)})`,
    headers: {},
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
