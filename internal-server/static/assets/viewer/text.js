'use strict';
// Plain text, of which nobody says the encoding.

jobs.txt = ({ bytes }) => {
  const content = new Uint8Array(bytes);
  const encoding = encodingOf(content) ?? guessedEncoding(content);
  const text = new TextDecoder(encoding).decode(content.subarray(0, 4 * limits.characters));
  const blocks = createBlocks();
  for (const line of text.split(/\r\n|[\r\n\f]/)) {
    // A line without end would be laid out at once.
    for (let at = 0; at === 0 || at < line.length; at += maxLine) {
      if (!blocks.open('p')) break;
      blocks.text(line.slice(at, at + maxLine).replace(controls, ''));
      blocks.close();
    }
  }
  blocks.send(content.length > 4 * limits.characters);
};

const maxLine = 2_000;
const controls = /[\0-\x08\x0b\x0e-\x1f\x7f]/g;

/** UTF-16 of a European language has a zero in every other byte; what is no UTF-8 is Windows'. */
function guessedEncoding(content) {
  const start = content.subarray(0, 4_000);
  const zeros = [0, 1].map((parity) => start.filter((byte, i) => byte === 0 && i % 2 === parity));
  if (zeros[1].length > start.length / 8) return 'utf-16le';
  if (zeros[0].length > start.length / 8) return 'utf-16be';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(content);
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}
