import { createLocalStore } from './local/store';
import type { ResumeStore } from './store';
import { refuseEmulatorHost, type ResumeStoreConfig } from './store-config';

/** Throws a ConfigError when a stray variable would change how the bucket is reached. */
export async function openResumeStore(config: ResumeStoreConfig): Promise<ResumeStore> {
  if (config.kind === 'local') return createLocalStore(config.folder);
  refuseEmulatorHost();
  // Loaded when used: the library takes a third of the time and the memory of a start.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would need its .js
  const { createGcsStore } = require('./gcs/store') as typeof import('./gcs/store');
  return createGcsStore(config);
}
