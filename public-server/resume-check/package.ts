import { damaged, ResumeProblem, chooseAnother } from './problem';
import type { ReceivedFile } from './received-file';
import { readEntries, unpack, type ZipEntry } from './zip';

export const maxEntries = 2000;
export const maxUnpackedBytes = 100 * 1024 * 1024;
export const maxPartBytes = 1024 * 1024;

export type Package = Awaited<ReturnType<typeof openPackage>>;

/** Opens a document that is a zip of parts. Throws a ResumeProblem when it is too large. */
export async function openPackage(file: ReceivedFile) {
  const entries = await readEntries(file, maxEntries);
  let unpackedBytes = 0;
  for (const { bytes } of entries.values()) unpackedBytes += bytes;
  if (unpackedBytes > maxUnpackedBytes) throw tooLarge();

  const parts = new Map<string, ZipEntry[]>();
  for (const [name, entry] of entries) {
    const part = partName(name);
    parts.set(part, [...(parts.get(part) ?? []), entry]);
  }

  /** Returns undefined when there is none. Throws when programs could differ on which one it is. */
  function find(part: string): ZipEntry | undefined {
    const [found, other] = parts.get(part) ?? [];
    if (other) throw damaged();
    return found;
  }

  return {
    names: [...parts.keys()],
    find,
    /** Returns the content of a small part. */
    async read(part: string): Promise<Buffer | undefined> {
      const entry = find(part);
      return entry && unpack(file, entry, maxPartBytes);
    },
  };
}

/**
 * The name by which parts are compared: Open Packaging ignores case, and some programs write
 * backslashes. It begins with a slash and is in lower case. (In `path.normalize`, hostile names of
 * 64 KB take seconds.)
 */
export function partName(name: string): string {
  const plain = name.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  const segments: string[] = [];
  for (const segment of plain.toLowerCase().split(/[/\\]/)) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const isFolder = segments.length > 0 && /[/\\]$/.test(plain);
  return `/${segments.join('/')}${isFolder ? '/' : ''}`;
}

const tooLarge = () =>
  new ResumeProblem(`The document is too large once it is unpacked. ${chooseAnother}`);
