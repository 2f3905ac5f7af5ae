import type { FileHandle } from 'node:fs/promises';
import { damaged } from './problem';

export interface ReceivedFile {
  bytes: number;
  /**
   * Returns these bytes, read into `target` if given. Rejects with a ResumeProblem when the range
   * lies outside of the file.
   */
  read(position: number, length: number, target?: Buffer): Promise<Buffer>;
}

/**
 * Checks every range, because positions and lengths come from the file itself, so from a stranger.
 * `head` is the start of the file as far as it is in memory.
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
