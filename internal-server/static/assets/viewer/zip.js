'use strict';
// Word and OpenDocument files are zip archives. What they unpack to is limited, whatever they claim.

/** Returns a reader of the archive's entries, which share one limit of unpacked bytes. */
function openZip(bytes) {
  const view = new DataView(bytes);
  const entries = listEntries(view);
  let bytesLeft = limits.unpackedBytes;
  return {
    names: [...entries.keys()],
    /** Returns undefined when there is no entry of this name. */
    async read(name) {
      const entry = entries.get(name);
      if (!entry) return undefined;
      const content = await unpack(new Uint8Array(bytes), view, entry, bytesLeft);
      bytesLeft -= content.length;
      return content;
    },
    async readText(name) {
      const content = await this.read(name);
      return content && new TextDecoder(encodingOf(content) ?? 'utf-8').decode(content);
    },
  };
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const maxEntries = 5_000;

function listEntries(view) {
  const entries = new Map();
  let at = view.getUint32(findEnd(view) + 16, true);
  for (let i = 0; i < maxEntries && at + 46 <= view.byteLength; i++) {
    if (view.getUint32(at, true) !== entrySignature) break;
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      view.getUint16(at + offset, true),
    );
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, at + 46, nameLength));
    entries.set(name.replaceAll('\\', '/'), {
      isEncrypted: (view.getUint16(at + 8, true) & 1) !== 0,
      method: view.getUint16(at + 10, true),
      packedBytes: view.getUint32(at + 20, true),
      at: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + extraLength + commentLength;
  }
  if (entries.size === 0) throw new CannotShow('damaged');
  return entries;
}

/** The end record has a comment of at most 65,535 bytes behind it. */
function findEnd(view) {
  const first = Math.max(0, view.byteLength - 22 - 65_535);
  for (let at = view.byteLength - 22; at >= first; at--) {
    if (view.getUint32(at, true) === endSignature) return at;
  }
  throw new CannotShow('damaged');
}

async function unpack(bytes, view, { isEncrypted, method, packedBytes, at }, maxBytes) {
  if (isEncrypted) throw new CannotShow('password');
  const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  const packed = bytes.subarray(start, start + packedBytes);
  if (method !== 0 && method !== 8) throw new CannotShow('damaged');
  if (method === 0) {
    if (packed.length > maxBytes) throw new CannotShow('large');
    return packed;
  }
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const reader = stream.getReader();
  const pieces = [];
  for (let total = 0; ;) {
    const { done, value } = await reader.read();
    if (done) break;
    total += value.length;
    if (total > maxBytes) {
      void reader.cancel();
      throw new CannotShow('large');
    }
    pieces.push(value);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/** Packs entries without compression, for a reader that must not unpack anything itself. */
function storeZip(files) {
  const encoder = new TextEncoder();
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [name, content] of files) {
    const nameBytes = encoder.encode(name);
    const common = [20, 0, 0, 0, 0, crc32(content), content.length, content.length];
    const local = record([0x04034b50, ...common, nameBytes.length, 0], 'IHHHHHIIIHH');
    const central = [entrySignature, 20, ...common, nameBytes.length, 0, 0, 0, 0, 0, offset];
    directory.push(record(central, 'IHHHHHHIIIHHHHHII'), nameBytes);
    parts.push(local, nameBytes, content);
    offset += local.length + nameBytes.length + content.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const count = files.length;
  const end = record([endSignature, 0, 0, count, count, size, offset, 0], 'IHHHHIIH');
  return new Blob([...parts, ...directory, end]).arrayBuffer();
}

/** Writes numbers of 16 (H) and 32 (I) bits, little-endian. */
function record(values, layout) {
  const widths = [...layout].map((letter) => (letter === 'I' ? 4 : 2));
  const view = new DataView(new ArrayBuffer(widths.reduce((sum, width) => sum + width)));
  let at = 0;
  values.forEach((value, i) => {
    if (widths[i] === 4) view.setUint32(at, value, true);
    else view.setUint16(at, value, true);
    at += widths[i];
  });
  return new Uint8Array(view.buffer);
}

function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}
