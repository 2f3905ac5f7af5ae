import type { ResumeIntake } from './intake';
import { createLocalIntake } from './local/intake';
import { refuseEmulatorHost, type ResumeStoreConfig } from './store-config';

/** Throws a ConfigError when a stray variable would change how the bucket is reached. */
export async function openResumeIntake(config: ResumeStoreConfig): Promise<ResumeIntake> {
  if (config.kind === 'local') return createLocalIntake(config.folder);
  refuseEmulatorHost();
  // Loaded when used: the library takes a third of the time and the memory of a start.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would need its .js
  const { createGcsIntake } = require('./gcs/intake') as typeof import('./gcs/intake');
  return createGcsIntake(config);
}
