import type { FileHandle } from 'node:fs/promises';
import { damaged } from './problem';

export interface ReceivedFile {
  bytes: number;
  /** Rejects with a problem when the range is not within the file. */
  read(position: number, length: number): Promise<Buffer>;
}

/** Positions and lengths may come from the file itself, and then from a stranger. */
export function receivedFile(handle: FileHandle, bytes: number): ReceivedFile {
  return {
    bytes,

    async read(position, length) {
      if (position + length > bytes) throw damaged();
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
      if (bytesRead < length) throw damaged();
      return buffer;
    },
  };
}
