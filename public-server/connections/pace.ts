import createError from 'http-errors';
import type { Readable } from 'node:stream';

/** The pace that a body must keep. */
export interface Pace {
  bytesPerSecond: number;
  /** For so long nothing is asked of it. */
  graceMs: number;
  /** How often it is measured. */
  tickMs: number;
}

/** A hundred times slower than a phone on a bad connection, which sends 17 kB a second. */
export const requiredPace: Pace = { bytesPerSecond: 1000, graceMs: 10_000, tickMs: 1000 };

const message =
  'The form arrived too slowly, so we stopped receiving it. Please send it again, if you can over ' +
  'a better connection.';

/**
 * Calls `end` with a 408 once a body has come more slowly than the pace. That is its average since
 * the beginning, less the grace and the longest silence: a phone may lose its connection in a
 * tunnel once, at any moment and for as long as the server waits for a next byte. The time in which
 * we do not read, because our disk is slow, is not counted.
 */
export function watchPace(body: Readable, pace: Pace, end: (error: Error) => void) {
  const { bytesPerSecond, graceMs, tickMs } = pace;
  let [bytes, bytesBefore, countedMs, silentMs, longestSilenceMs] = [0, 0, 0, 0, 0];

  const timer = setInterval(() => {
    if (body.isPaused()) return;
    countedMs += tickMs; // a late tick counts as one: we were busy
    silentMs = bytes === bytesBefore ? silentMs + tickMs : 0;
    longestSilenceMs = Math.max(longestSilenceMs, silentMs);
    bytesBefore = bytes;
    const neededMs = (bytes / bytesPerSecond) * 1000;
    if (countedMs - longestSilenceMs - graceMs <= neededMs) return;
    stop();
    const headers = { Connection: 'close' };
    end(createError(408, message, { title: 'This took too long', headers }));
  }, tickMs);

  const stop = () => {
    clearInterval(timer);
  };
  return { received: (length: number) => (bytes += length), stop };
}
