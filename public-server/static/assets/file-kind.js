const headBytes = 1024;
const maxDirectoryBytes = 1024 * 1024;
const oleStart = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1';

/**
 * Finds out whether a file is of a kind that the server does not accept, as the server does. Resolves
 * to the sentence for it, or to '' when only the server can tell. Rejects if the file cannot be read.
 */
export async function refusalOf(file, { kinds, empty }) {
  const head = await read(file, 0, headBytes);
  if (file.size <= headBytes && /^(?:\xef\xbb\xbf)?[ \t\r\n\f]*$/.test(head)) return empty;
  if (head.includes('%PDF-') || head.startsWith('{\\rtf')) return '';
  const extension = extensionOf(file.name);
  const isNamed = ({ extensions }) => extension && extensions.split(' ').includes(extension);
  const byStart = kinds.find((kind) => startsAs(kind, head, extension));
  return (byStart ?? (await contained(file, head, kinds, isNamed)))?.sentence ?? '';
}

function startsAs({ bytes, text }, head, extension) {
  if (bytes && head.includes('\0') && new RegExp(bytes).test(head)) return true;
  const start = head.replace(/^\xef\xbb\xbf/, '').trimStart();
  return Boolean(text) && extension !== 'txt' && new RegExp(text, 'i').test(start);
}

async function contained(file, head, kinds, isNamed) {
  if (head.startsWith(oleStart)) {
    const text = new TextDecoder('utf-16le').decode(await file.arrayBuffer());
    if (text.includes('WordDocument')) return undefined;
    return kinds.find(({ streams }) => streams?.some((name) => text.includes(name)));
  }
  if (!head.startsWith('PK')) return kinds.find(isNamed);
  const names = await partNames(file);
  const found = kinds.filter(({ parts }) => parts && names && new RegExp(parts).test(names));
  return found.find(isNamed) ?? found[0];
}

/** The names in a zip, as the server compares them; '' when its directory is not found. */
async function partNames(file) {
  const tail = await read(file, Math.max(0, file.size - 66_000), file.size);
  const at = tail.lastIndexOf('PK\x05\x06');
  if (at < 0 || at + 22 > tail.length) return '';
  const [bytes, position] = [numberAt(tail, at + 12, 4), numberAt(tail, at + 16, 4)];
  if (bytes > maxDirectoryBytes || position + bytes > file.size) return '';
  const directory = await read(file, position, position + bytes);
  const names = [];
  for (let entry = 0; directory.startsWith('PK\x01\x02', entry);) {
    const [name, extra, comment] = [28, 30, 32].map((each) => numberAt(directory, entry + each, 2));
    names.push(partName(directory.slice(entry + 46, entry + 46 + name)));
    entry += 46 + name + extra + comment;
  }
  return names.length > 0 ? `\n${names.join('\n')}\n` : '';
}

function partName(name) {
  const plain = name.replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return `/${plain.replaceAll('\\', '/')}`.replace(/\/(?:\.?\/)+/g, '/').toLowerCase();
}

function extensionOf(name) {
  const last = /[.．。]([^.．。]*)$/.exec(name.replace(/[\s.]+$/, ''))?.[1] ?? '';
  return /^([a-z\d]+)(?: ?\(\d+\)|~|;\d+)?$/i.exec(last)?.[1].toLowerCase() ?? '';
}

const numberAt = (text, position, bytes) =>
  [...text.slice(position, position + bytes)].reduceRight(
    (sum, c) => sum * 256 + c.charCodeAt(0),
    0,
  );

/** Returns bytes as Latin-1, a character each. */
async function read(file, start, end) {
  const bytes = new Uint8Array(await file.slice(start, end).arrayBuffer());
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}
