import type { ReceivedFile } from './received-file';

const chunkBytes = 64 * 1024;

/** Of all characters, how many may be stray control characters. One always may. */
const maxStrayShare = 0.05;

// Invalid UTF-8 is text: older files have one byte for each character, in any code page.
const stray = /[\x01-\x08\x0e-\x1f\x7f]/g;

/** What seven-bit ISO-2022 (ECMA-35) switches between character sets with: no stray characters. */
const shifts = /\x1b[ -/]+[0-~]|\x1b[NO]|[\x0e\x0f]/g;

const visible = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}]/u;

/** The starts of programs, images and archives, short ones of which may hold no NUL. */
const otherKind =
  /^(?:MZ[^ -~\s]|\x7fELF|GIF8[79]a[^ -~\s]|\x89PNG|\xff\xd8\xff|\x1f\x8b|PK[\x01-\x08])/;

/** Reads the whole file, one chunk at a time. */
export async function kindOfText(file: ReceivedFile): Promise<'text' | 'blank' | 'other'> {
  const start = await file.read(0, Math.min(8, file.bytes));
  if (otherKind.test(start.toString('latin1'))) return 'other';
  const encoding = encodingOf(start);
  const decoder = new TextDecoder(encoding);
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const isUtf16 = encoding !== 'utf-8';
  let [characters, strays, isBlank] = [0, 0, true];
  for (let position = 0; position < file.bytes; position += chunkBytes) {
    const chunk = await file.read(position, Math.min(chunkBytes, file.bytes - position), buffer);
    const text = decoder.decode(chunk, { stream: position + chunkBytes < file.bytes });
    if (text.includes('\0') || (isUtf16 && text.includes('\ufffd'))) return 'other';
    characters += text.length;
    strays += text.replace(shifts, '').match(stray)?.length ?? 0;
    isBlank &&= !visible.test(text);
  }
  if (strays > Math.max(1, characters * maxStrayShare)) return 'other';
  return isBlank ? 'blank' : 'text';
}

function encodingOf(start: Buffer): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}
