import { createHash, randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { SpooledFile } from '../../../common/resumes/intake';

/** Writes a file to `folder` as the public server's spool does. */
export async function spooledFile(folder: string, bytes: Buffer): Promise<SpooledFile> {
  const file = path.join(folder, randomUUID());
  const handle = await open(file, 'w+');
  await handle.writeFile(bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path: file, handle, bytes: bytes.length, sha256, isTaken: false };
}
