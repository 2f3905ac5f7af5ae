import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/** A received file in the private spool folder, not yet stored; its mode is that of a stored one. */
export interface SpooledFile {
  path: string;
  /** Open for reading and writing, until the spool discards the file. */
  handle: FileHandle;
  bytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  /** Whether a store has moved the file away; else the spool removes it. */
  isTaken: boolean;
}

/** An object as it was found. */
export interface StoredResume {
  bytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  /** It may hold a file open until it has ended or is destroyed. */
  content: Readable;
}

export interface StoredObject {
  key: string;
  bytes: number;
  createdAt: Date;
}

export interface StoredPage {
  objects: StoredObject[];
  /** How many others lie among them, under names that are not ours. */
  foreign: number;
}

/** The resumes' bytes, each under a random key of the form `resumes/<uuid>`. */
export interface ResumeStore {
  /**
   * Stores the file durably: once it resolves, a crash loses nothing. It may move the spooled file,
   * and then says so in `isTaken`. It never replaces an object; a key that is taken is an error.
   */
  create(key: string, file: SpooledFile): Promise<void>;
  /** The object, read to its end once, or undefined when there is none. */
  read(key: string): Promise<StoredResume | undefined>;
  /** Removes the object. One that is not there (any more) is as good as removed. */
  remove(key: string): Promise<void>;
  /** Every object, in ascending order of the keys. Throws when it cannot be read to the end. */
  list(): AsyncIterable<StoredPage>;
  /** Rejects when a file could not be stored now. */
  checkWritable(): Promise<void>;
  /** Rejects when objects could not be read now. */
  checkReadable(): Promise<void>;
}
