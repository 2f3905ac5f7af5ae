import type { FileHandle } from 'node:fs/promises';
import { damaged } from './problem';

export type ReceivedFile = ReturnType<typeof receivedFile>;

/**
 * Checks every range, because positions and lengths come from the file itself, so from a stranger.
 * `head` is the start of the file as far as it is in memory.
 */
export function receivedFile(handle: FileHandle, bytes: number, head: Buffer = Buffer.of()) {
  return {
    bytes,

    /**
     * Returns these bytes, read into `target` if given. Rejects with a ResumeProblem when the range
     * lies outside of the file.
     */
    async read(position: number, length: number, target?: Buffer): Promise<Buffer> {
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
