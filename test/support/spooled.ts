import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SpooledFile } from '../../common/resumes/store';

/** A received file that waits in `folder`. */
export async function spooledFile(
  folder: string,
  bytes: Buffer,
  name = 'spooled',
): Promise<SpooledFile> {
  const file = path.join(folder, name);
  await writeFile(file, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path: file, bytes: bytes.length, sha256 };
}
