import { CRC32C } from '@google-cloud/storage';
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * A number: that status. reset: the connection breaks in the middle of the body. stall: no answer
 * comes. lost: all is done, but the answer never arrives. damaged: the body changes on its way.
 * truncated: a download ends early. halted: a download stops in the middle.
 */
export type Fault = number | 'reset' | 'stall' | 'lost' | 'damaged' | 'truncated' | 'halted';

/** The whole body, or undefined when the fault broke the connection meanwhile. */
export async function receive(req: IncomingMessage, fault?: Fault): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of req as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    if (fault !== 'reset') continue;
    req.socket.resetAndDestroy();
    return undefined;
  }
  const body = Buffer.concat(chunks);
  return fault === 'damaged' ? damage(body, body.lastIndexOf('\r\n--') - 1) : body;
}

/** Sends an object, or what the fault leaves of it. */
export function sendBytes(res: ServerResponse, bytes: Buffer, fault?: Fault): void {
  res.writeHead(200, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': bytes.length,
    'X-Goog-Stored-Content-Encoding': 'identity',
    'X-Goog-Hash': `crc32c=${crc32c(bytes)}`,
  });
  const half = bytes.subarray(0, bytes.length / 2);
  if (fault === 'damaged') res.end(damage(bytes, 0));
  else if (fault === 'halted') res.write(half);
  else if (fault === 'truncated') res.write(half, () => res.socket?.end());
  else if (fault === 'reset') res.write(half, () => res.socket?.resetAndDestroy());
  else res.end(bytes);
}

function damage(bytes: Buffer, at: number): Buffer {
  const damaged = Buffer.from(bytes);
  damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
  return damaged;
}

function crc32c(bytes: Buffer): string {
  const sum = new CRC32C();
  sum.update(bytes);
  return sum.toString();
}
