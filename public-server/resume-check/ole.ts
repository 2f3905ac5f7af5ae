import { damaged, notWord, protectedByPassword } from './problem';
import type { ReceivedFile } from './received-file';

/** How an OLE file begins, in Latin-1. */
export const oleStart = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1';

// [MS-CFB]: a file consists of sectors. A table (FAT) chains them; the header says where it is.
const headerBytes = 512;
const entryBytes = 128;
const maxDirectoryBytes = 512 * 1024; // a document has some twenty entries; this also ends circular chains
const firstSpecialSector = 0xfffffffa;
const tableSectorsInHeader = 109;

type Sectors = Awaited<ReturnType<typeof openSectors>>;

/** Looks for a Word document among the streams of an OLE file, but not in embedded objects. */
export async function checkDoc(file: ReceivedFile): Promise<void> {
  const names = await rootStreams(file);
  if (names.has('EncryptedPackage')) throw protectedByPassword();
  if (!names.has('WordDocument')) throw notWord();
}

/** Returns the names of the streams at the top of an OLE file. */
export async function rootStreams(file: ReceivedFile): Promise<Set<string>> {
  return rootNames(await readDirectory(await openSectors(file)));
}

async function openSectors(file: ReceivedFile) {
  const header = await file.read(0, headerBytes);
  const shift = header.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) throw damaged();
  const sectorBytes = 2 ** shift;
  const positionOf = (sector: number) => (sector + 1) * sectorBytes;
  return {
    header,
    sectorBytes,
    read: (sector: number) => file.read(positionOf(sector), sectorBytes),
    async readNumber(sector: number, index: number) {
      return (await file.read(positionOf(sector) + index * 4, 4)).readUInt32LE();
    },
  };
}

async function readDirectory(sectors: Sectors): Promise<Buffer> {
  const read: Buffer[] = [];
  let sector = sectors.header.readUInt32LE(48);
  while (sector < firstSpecialSector) {
    if (read.length * sectors.sectorBytes >= maxDirectoryBytes) throw damaged();
    read.push(await sectors.read(sector));
    sector = await sectorAfter(sectors, sector);
  }
  return Buffer.concat(read);
}

async function sectorAfter(sectors: Sectors, sector: number): Promise<number> {
  const numbersPerSector = sectors.sectorBytes / 4;
  const tableSector = await tableSectorAt(sectors, Math.floor(sector / numbersPerSector));
  return sectors.readNumber(tableSector, sector % numbersPerSector);
}

/** The header lists the first sectors of the table, and a chain of lists the others. */
async function tableSectorAt(sectors: Sectors, index: number): Promise<number> {
  if (index < tableSectorsInHeader) return sectors.header.readUInt32LE(76 + index * 4);

  const last = sectors.sectorBytes / 4 - 1; // the place of the next list
  let list = sectors.header.readUInt32LE(68);
  let rest = index - tableSectorsInHeader;
  for (; rest >= last; rest -= last) list = await sectors.readNumber(list, last);
  return sectors.readNumber(list, rest);
}

/** The first entry is the root. Its children form a binary tree, but a hostile file may break it. */
function rootNames(directory: Buffer): Set<string> {
  if (directory.length === 0) throw damaged();
  const names = new Set<string>();
  const ids = new Set([directory.readUInt32LE(76)]);
  for (const id of ids) {
    const entry = directory.subarray(id * entryBytes, (id + 1) * entryBytes);
    if (entry.length < entryBytes) continue;
    names.add(entry.toString('utf16le', 0, entry.readUInt16LE(64) - 2));
    ids.add(entry.readUInt32LE(68)).add(entry.readUInt32LE(72));
  }
  return names;
}
