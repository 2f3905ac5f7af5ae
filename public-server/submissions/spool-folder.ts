import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ResumeStoreConfig } from '../../common/resumes/store-config';

/** Returns where uploads wait: next to a local store, which moves them, or a temporary folder. */
export async function spoolFolder(resumes: ResumeStoreConfig): Promise<string> {
  if (resumes.kind === 'local') return path.join(resumes.folder, 'spool');
  const user = process.getuid?.();
  const folder = path.join(tmpdir(), `lead-intake-spool-${user ?? 'own'}`); // the next start finds it again
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = await lstat(folder);
  const isPrivate = user === undefined || (uid === user && (mode & 0o077) === 0);
  if (isPrivate) return folder;
  throw new Error(`${folder} is open to other users of this machine. Remove it and start again.`);
}
