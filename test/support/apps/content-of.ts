import { buffer } from 'node:stream/consumers';
import type { ResumeStore } from '../../../common/resumes/store';

/** Returns the whole object, or undefined when there is none. */
export async function contentOf(
  store: Pick<ResumeStore, 'read'>,
  key: string,
): Promise<Buffer | undefined> {
  const stored = await store.read(key);
  return stored && buffer(stored.content);
}
