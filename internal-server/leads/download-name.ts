import type { Lead } from '../../common/leads/lead';
import { reference } from '../../common/leads/reference';

/** Separators, what Windows refuses, controls, and marks that turn the direction of what follows. */
const refused = /[\\/:*?"<>|\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\ufeff]+/gu;
const maxBytesOfName = 150; // file systems take 255, browsers add " (1)"

/** "Moreno Carla 1a2b3c4d.pdf": the name under which a resume is saved, whatever the prospect's file was called. */
export function downloadName(lead: Pick<Lead, 'id' | 'firstName' | 'lastName' | 'resume'>): string {
  const { id, firstName, lastName, resume } = lead;
  const name = `${lastName} ${firstName}`
    .normalize('NFC')
    .replace(refused, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+/, ''); // a dot would hide the file
  const person = shortened(name, maxBytesOfName).trim();
  return `${person === '' ? 'Resume' : person} ${reference(id)}.${resume.type}`;
}

/** Cuts between characters of Unicode. */
function shortened(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text).subarray(0, maxBytes);
  return bytes.toString().replace(/\ufffd+$/, '');
}
