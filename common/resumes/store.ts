import type { Readable } from 'node:stream';

export interface StoredResume {
  bytes: number;
  /** Of the bytes as they were found, in lower-case hexadecimal. */
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
  /** How many other objects, under names that are not ours, lie among them. */
  foreign: number;
}

/** The stored resumes, as the internal server uses them. Only a ResumeIntake adds to them. */
export interface ResumeStore {
  /** Reads the object to its end once. Returns undefined when there is none. */
  read(key: string): Promise<StoredResume | undefined>;
  /** Removes the object. Succeeds when there is none. */
  remove(key: string): Promise<void>;
  /** Every object, in ascending order of the keys. Throws when it cannot read to the end. */
  list(): AsyncIterable<StoredPage>;
  /** Rejects when objects could not be read now. */
  checkReadable(): Promise<void>;
}
