import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { damaged, protectedByPassword } from './problem';
import type { ReceivedFile } from './received-file';

// Positions and signatures are those of PKWARE's APPNOTE.TXT, section 4.3.
const endBytes = 22;
const maxCommentBytes = 0xffff;
const locatorBytes = 20;
const entryBytes = 46;
const maxDirectoryBytes = 1024 * 1024;
const seeZip64 = 0xffffffff;
const padding = /^[\0\r\n ]*$/; // by stores that fill up blocks, and scripts that end in a line break

const inflate = promisify(inflateRaw);

export type ZipEntry = ReturnType<typeof toEntry>;

/** Returns the entries that a zip declares, by name. */
export async function readEntries(
  file: ReceivedFile,
  maxEntries: number,
): Promise<Map<string, ZipEntry>> {
  const { count, bytes, position } = await findDirectory(file);
  if (count > maxEntries || bytes > maxDirectoryBytes) throw damaged();

  const directory = await file.read(position, bytes);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let index = 0; index < count; index++) {
    const header = directory.subarray(at, at + entryBytes);
    if (header.length < entryBytes || header.readUInt32LE() !== 0x02014b50) throw damaged();
    const nameEnd = at + entryBytes + header.readUInt16LE(28);
    const extraEnd = nameEnd + header.readUInt16LE(30);
    const name = directory.toString('latin1', at + entryBytes, nameEnd);
    entries.set(name, toEntry(header, directory.subarray(nameEnd, extraEnd)));
    at = extraEnd + header.readUInt16LE(32);
  }
  if (entries.size < count) throw damaged(); // a name occurs twice, and programs differ on which entry counts
  return entries;
}

/** Returns the content of an entry. Neither it nor what is read for it exceeds `maxBytes`. */
export async function unpack(
  file: ReceivedFile,
  entry: ZipEntry,
  maxBytes: number,
): Promise<Buffer> {
  if (entry.isEncrypted) throw protectedByPassword();
  if (entry.packedBytes > maxBytes) throw damaged();

  const header = await file.read(entry.position, 30);
  if (header.readUInt32LE() !== 0x04034b50) throw damaged();
  const start = entry.position + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = await file.read(start, entry.packedBytes);
  if (entry.method === 0) return packed;
  if (entry.method !== 8) throw damaged();
  return inflate(packed, { maxOutputLength: maxBytes }).catch(() => {
    throw damaged();
  });
}

async function findDirectory(file: ReceivedFile) {
  const tailBytes = Math.min(file.bytes, locatorBytes + endBytes + maxCommentBytes);
  const tail = await file.read(file.bytes - tailBytes, tailBytes);
  const at = tail.lastIndexOf('PK\x05\x06', -endBytes, 'latin1');
  if (at < 0) throw damaged();
  const end = at + endBytes + tail.readUInt16LE(at + 20);
  if (end > tail.length || !padding.test(tail.toString('latin1', end))) throw damaged();

  const locatorAt = at - locatorBytes;
  if (locatorAt >= 0 && tail.readUInt32LE(locatorAt) === 0x07064b50) {
    return readZip64Directory(file, Number(tail.readBigUInt64LE(locatorAt + 8)));
  }
  return {
    count: tail.readUInt16LE(at + 10),
    bytes: tail.readUInt32LE(at + 12),
    position: tail.readUInt32LE(at + 16),
  };
}

async function readZip64Directory(file: ReceivedFile, position: number) {
  const record = await file.read(position, 56);
  if (record.readUInt32LE() !== 0x06064b50) throw damaged();
  return {
    count: Number(record.readBigUInt64LE(32)),
    bytes: Number(record.readBigUInt64LE(40)),
    position: Number(record.readBigUInt64LE(48)),
  };
}

function toEntry(header: Buffer, extra: Buffer) {
  const wide = zip64Numbers(extra);
  const numberAt = (offset: number) => {
    const number = header.readUInt32LE(offset);
    if (number !== seeZip64) return number;
    const wideNumber = wide.shift();
    if (wideNumber === undefined) throw damaged();
    return wideNumber;
  };
  return {
    isEncrypted: (header.readUInt16LE(8) & 1) === 1,
    method: header.readUInt16LE(10),
    bytes: numberAt(24), // unpacked, as declared; first, because zip64 stores them in this order
    packedBytes: numberAt(20),
    position: numberAt(42),
  };
}

function zip64Numbers(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    const count = Math.min(3, Math.floor(field.length / 8));
    return Array.from({ length: count }, (_, index) => Number(field.readBigUInt64LE(index * 8)));
  }
  return [];
}
