import type { FileHandle } from 'node:fs/promises';
import { damaged } from './problem';

export interface ReceivedFile {
  bytes: number;
  /**
   * Reads into `target`, whose start it answers. Rejects with a problem when the range is not within
   * the file.
   */
  read(position: number, length: number, target?: Buffer): Promise<Buffer>;
}

/** Positions and lengths may come from the file itself, and then from a stranger. */
export function receivedFile(handle: FileHandle, bytes: number): ReceivedFile {
  return {
    bytes,

    async read(position, length, target) {
      if (position + length > bytes) throw damaged();
      const buffer = target ?? Buffer.alloc(length);
      const { bytesRead } = await handle.read(buffer, 0, length, position);
      if (bytesRead < length) throw damaged();
      return buffer.subarray(0, length);
    },
  };
}
