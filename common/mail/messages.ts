import ejs from 'ejs';
import MailComposer from 'nodemailer/lib/mail-composer';
import path from 'node:path';
import { reference } from '../leads/reference';
import { hashAddress } from '../outbox/recipients';
import type { ClaimedEmail, ClaimedLead } from '../outbox/types';
import { viewsFolder } from '../render';
import type { MailServerConfig, MailConfig } from './config';

/** An email as it goes over the wire; nobody is left to send it to when `to` is empty. */
export interface Message {
  envelope: { from: string; to: string[] };
  raw: Buffer;
}

type Settings = Pick<MailConfig, 'firm' | 'baseUrl' | 'notificationDetail'> & {
  mail: Pick<MailServerConfig, 'from' | 'attorneyEmails'>;
};

interface Address {
  name: string;
  address: string;
}

interface Draft {
  view: string;
  values: object;
  fields: {
    to: Address | Address[];
    subject: string;
    replyTo?: Address;
    headers?: Record<string, string>;
  };
  idSuffix?: string;
}

function draft(email: ClaimedEmail, settings: Settings): Draft {
  if (email.kind === 'ACKNOWLEDGEMENT') return acknowledgement(email, settings);
  return email.gatheredIds.length > 0 ? gathered(email, settings) : notification(email, settings);
}

export async function buildMessage(email: ClaimedEmail, settings: Settings): Promise<Message> {
  const { view, values, fields, idSuffix = '' } = draft(email, settings);
  const { from } = settings.mail;
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const message = new MailComposer({
    from: asAddress(from, settings.firm.name),
    messageId: `<${email.id}${idSuffix}@${domain}>`, // makes a repeat after a crash recognisable
    ...fields,
    headers: { 'Auto-Submitted': 'auto-generated', ...fields.headers }, // RFC 3834
    text: await render(`${view}.text`, values, (text = '') => text), // has nothing to escape
    html: await render(`${view}.html`, values),
  }).compile();
  const to = message.getEnvelope().to.filter((address) => isPending(email, address));
  return { envelope: { from, to }, raw: await message.build() };
}

/** Whether this recipient neither has the email already nor refused it for good. */
function isPending({ recipients }: ClaimedEmail, address: string): boolean {
  const state = recipients[hashAddress(address)];
  return state !== 'SENT' && state !== 'FAILED';
}

/** Its address is unverified, so it repeats nothing that the sender wrote but a plain name. */
function acknowledgement({ lead }: ClaimedEmail, { firm }: Settings): Draft {
  return {
    view: 'acknowledgement',
    values: {
      firm,
      reference: reference(lead.id),
      greetingName: isPlainName(lead.firstName) ? lead.firstName : undefined,
    },
    fields: {
      to: asAddress(lead.email),
      subject: `We have received your details (reference ${reference(lead.id)})`,
      headers: { 'X-Auto-Response-Suppress': 'All' },
    },
  };
}

function notification({ lead }: ClaimedEmail, settings: Settings): Draft {
  const values = entry(lead, settings);
  const { name } = values;
  return {
    view: 'notification',
    values,
    fields: {
      to: attorneys(settings),
      subject: `New lead${name ? `: ${name}` : ''} (${values.reference})`,
      replyTo: settings.notificationDetail === 'full' ? asAddress(lead.email) : undefined,
    },
  };
}

/** Its id differs from that of a notification of the same lead, which may have been sent before. */
function gathered(email: ClaimedEmail, settings: Settings): Draft {
  const count = 1 + email.gatheredIds.length;
  const named = [email.lead, ...email.gatheredLeads];
  return {
    view: 'gathered',
    values: {
      count,
      leads: named.map((lead) => entry(lead, settings)),
      unnamed: count - named.length,
      url: `${settings.baseUrl}/leads`,
    },
    fields: { to: attorneys(settings), subject: `${count} new leads` },
    idSuffix: '.gathered',
  };
}

/** What a notification says of a lead. */
function entry(lead: ClaimedLead, { baseUrl, notificationDetail }: Settings) {
  const isFull = notificationDetail === 'full';
  return {
    name: isFull ? oneLine(`${lead.firstName} ${lead.lastName}`) : undefined,
    reference: reference(lead.id),
    url: `${baseUrl}/leads/${lead.id}`,
  };
}

function attorneys({ mail }: Settings) {
  return mail.attorneyEmails.map((address) => asAddress(address));
}

/** An object, because nodemailer parses a string, which could turn out to be several addresses. */
function asAddress(address: string, name = ''): Address {
  return { name, address };
}

function isPlainName(name: string): boolean {
  return /^[\p{L}\p{M} '’-]{1,40}$/u.test(name) && /\p{L}/u.test(name);
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

function render(view: string, values: object, escape?: (text?: string) => string) {
  const file = path.join(viewsFolder, 'mail', `${view}.ejs`);
  return ejs.renderFile(file, values, { cache: true, escape });
}
