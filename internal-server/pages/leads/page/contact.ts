import { reference } from '../../../../common/leads/reference';
import type { Lead } from '../../../../common/leads/lead';
import { fullName } from '../../../format';

const lineBreak = '%0D%0A';

/**
 * A link that begins an email to the prospect (RFC 6068). Everything is percent-encoded, so that
 * no name adds a header or a recipient.
 */
export function contactUrl(lead: Lead, firmName: string): string {
  const subject = `${firmName}: your request ${reference(lead.id)}`;
  const body = [`Dear ${fullName(lead)},`, '', ''].map((line) => encode(oneLine(line)));
  return `mailto:${address(lead.email)}?subject=${encode(oneLine(subject))}&body=${body.join(lineBreak)}`;
}

/** The last @ separates the domain; another one belongs to the name before it. */
function address(email: string): string {
  const at = email.lastIndexOf('@');
  return at < 0 ? encode(email) : `${encode(email.slice(0, at))}@${encode(email.slice(at + 1))}`;
}

/** Without controls, of lines and of the direction of writing. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ');
}

/** Also encodes what encodeURIComponent leaves as it is. */
function encode(text: string): string {
  const hex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, hex);
}
