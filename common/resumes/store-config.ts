import { z } from 'zod';
import { ConfigError, required, url } from '../config/environment';

export type ResumeStoreConfig =
  | { kind: 'local'; folder: string }
  | {
      kind: 'gcs';
      bucket: string;
      projectId: string | undefined;
      apiEndpoint: string | undefined;
    };

const local = {
  RESUME_STORE: z.literal('local').optional(),
  RESUME_DIR: required('the folder that keeps the resumes'),
};

const gcs = {
  RESUME_STORE: z.literal('gcs'),
  GCS_BUCKET: required('the bucket that keeps the resumes'),
  GCS_PROJECT_ID: z.string().optional(),
  GCS_API_ENDPOINT: url('', 'https:', 'http:').optional(),
};

export const resumeStoreVariables: readonly string[] = Object.keys({ ...local, ...gcs });

/** Reads `resumes`. A server joins it to its own variables by `and`. */
export const resumeStoreSchema = z.discriminatedUnion(
  'RESUME_STORE',
  [
    z.object(local).transform(({ RESUME_DIR }): { resumes: ResumeStoreConfig } => ({
      resumes: { kind: 'local', folder: RESUME_DIR },
    })),
    z
      .object(gcs)
      .refine(({ GCS_API_ENDPOINT, GCS_PROJECT_ID }) => !GCS_API_ENDPOINT || GCS_PROJECT_ID, {
        path: ['GCS_PROJECT_ID'],
        message: 'is missing: GCS_API_ENDPOINT is set, so it cannot be looked up',
        when: () => true, // report it along with other problems
      })
      .transform((values): { resumes: ResumeStoreConfig } => ({
        resumes: {
          kind: 'gcs',
          bucket: values.GCS_BUCKET,
          projectId: values.GCS_PROJECT_ID,
          apiEndpoint: values.GCS_API_ENDPOINT,
        },
      })),
  ],
  { error: 'must be local or gcs' },
);

/** The library reads this variable by itself, even when it is empty. */
export function refuseEmulatorHost(): void {
  if (process.env.STORAGE_EMULATOR_HOST === undefined) return;
  throw new ConfigError([
    'STORAGE_EMULATOR_HOST: must not be set, because it turns off authentication. Name an emulator in GCS_API_ENDPOINT.',
  ]);
}
