import { chooseAnother, empty, ResumeProblem } from './problem';
import type { ReceivedFile } from './received-file';

const chunkBytes = 64 * 1024;

// Tab, line feed, form feed and carriage return are text. So is invalid UTF-8: older files have one
// byte for each character, in any code page.
const control = /[\0-\x08\x0b\x0e-\x1f\x7f]/;

/** Reads the whole file, one chunk at a time. */
export async function checkText(file: ReceivedFile): Promise<void> {
  const encoding = encodingOf(await file.read(0, Math.min(2, file.bytes)));
  const decoder = new TextDecoder(encoding);
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let isBlank = true;
  for (let position = 0; position < file.bytes; position += chunkBytes) {
    const chunk = await file.read(position, Math.min(chunkBytes, file.bytes - position), buffer);
    const text = decoder.decode(chunk, { stream: position + chunkBytes < file.bytes });
    const isBroken = encoding !== 'utf-8' && text.includes('\ufffd');
    if (isBroken || control.test(text)) throw notText();
    isBlank &&= !/\S/.test(text);
  }
  if (isBlank) throw empty();
}

function encodingOf(start: Buffer): string {
  if (start.equals(Buffer.of(0xff, 0xfe))) return 'utf-16le';
  if (start.equals(Buffer.of(0xfe, 0xff))) return 'utf-16be';
  return 'utf-8';
}

const notText = () => new ResumeProblem(`The file is not plain text. ${chooseAnother}`);
