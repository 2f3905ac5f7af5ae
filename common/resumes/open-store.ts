import { ConfigError } from '../config/environment';
import { createLocalStore } from './local-store';
import type { ResumeStore } from './store';
import type { ResumeStoreConfig } from './store-config';

/** Throws a ConfigError when a stray variable would change how the store is reached. */
export async function openResumeStore(config: ResumeStoreConfig): Promise<ResumeStore> {
  if (config.kind === 'local') return createLocalStore(config.folder);
  // The library reads it by itself, even empty.
  if (process.env.STORAGE_EMULATOR_HOST !== undefined) {
    throw new ConfigError([
      'STORAGE_EMULATOR_HOST: must not be set: it switches authentication off; GCS_API_ENDPOINT names an emulator',
    ]);
  }
  return loadGcsStore().createGcsStore(config);
}

/** Only when it is used: its library takes a third of the time and of the memory of a start. */
function loadGcsStore(): typeof import('./gcs-store') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would need its .js
  return require('./gcs-store') as typeof import('./gcs-store');
}
