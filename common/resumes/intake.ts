import type { FileHandle } from 'node:fs/promises';

/** A received file in the private spool folder. Its mode is already that of a stored one. */
export interface SpooledFile {
  path: string;
  /** Open for reading and writing, until the spool discards the file. */
  handle: FileHandle;
  bytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  /** Whether the file was moved into the store. If not, the spool removes it. */
  isTaken: boolean;
}

/** All that the public server does with resumes, each under a key of the form `resumes/<uuid>`. */
export interface ResumeIntake {
  /**
   * Stores the file durably: once it resolves, a crash loses nothing. It may move the spooled file,
   * and then sets `isTaken`. It never replaces an object: a key that is taken is an error.
   */
  create(key: string, file: SpooledFile): Promise<void>;
  /** Rejects when a file could not be stored now. */
  checkWritable(): Promise<void>;
}
