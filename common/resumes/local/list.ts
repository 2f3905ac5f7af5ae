import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isKey, keyPrefix } from '../key';
import type { StoredObject, StoredPage } from '../store';

const pageSize = 1000;

/** Lists a folder in ascending order of the names; the file system returns them in any order. */
export async function* listFiles(folder: string): AsyncGenerator<StoredPage> {
  const groups = await namesByStart(folder);
  for (const [, names] of [...groups].sort(([one], [other]) => (one < other ? -1 : 1))) {
    names.sort();
    for (let from = 0; from < names.length; from += pageSize) {
      yield await statPage(folder, names.slice(from, from + pageSize));
    }
  }
}

/** Groups the names, because sorting a million at once would hold up everything else. */
async function namesByStart(folder: string): Promise<Map<string, string[]>> {
  const groups = new Map<string, string[]>();
  for await (const { name } of await opendir(folder, { bufferSize: pageSize })) {
    const start = name.slice(0, 2);
    const group = groups.get(start);
    if (group) group.push(name);
    else groups.set(start, [name]);
  }
  return groups;
}

async function statPage(folder: string, names: string[]): Promise<StoredPage> {
  const found = await Promise.all(names.map((name) => statObject(folder, name)));
  const objects = found.filter((each) => typeof each === 'object');
  return { objects, foreign: found.filter((each) => each === 'FOREIGN').length };
}

async function statObject(
  folder: string,
  name: string,
): Promise<StoredObject | 'FOREIGN' | undefined> {
  const key = keyPrefix + name;
  if (!isKey(key)) return 'FOREIGN';
  try {
    const file = await stat(path.join(folder, name));
    if (!file.isFile()) return 'FOREIGN';
    // The later of the two: a file restored from a backup keeps its old modification time.
    return { key, bytes: file.size, createdAt: new Date(Math.max(file.mtimeMs, file.ctimeMs)) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined; // removed in the meantime
    if (code === 'ELOOP') return 'FOREIGN'; // a symbolic link to itself
    throw error;
  }
}
