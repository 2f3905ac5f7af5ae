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

/**
 * Positions and lengths may come from the file itself, and then from a stranger. `head` is what of
 * its start is in memory, too.
 */
export function receivedFile(
  handle: FileHandle,
  bytes: number,
  head: Buffer = Buffer.of(),
): ReceivedFile {
  return {
    bytes,

    async read(position, length, target) {
      const end = position + length;
      if (end > bytes) throw damaged();
      if (!target && end <= head.length) return head.subarray(position, end);
      const buffer = target ?? Buffer.alloc(length);
      const { bytesRead } = await handle.read(buffer, 0, length, position);
      if (bytesRead < length) throw damaged();
      return buffer.subarray(0, length);
    },
  };
}
