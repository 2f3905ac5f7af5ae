import { Writable } from 'node:stream';
import { createLogger, type Logger } from '../../common/logger';

export interface CapturedLog {
  log: Logger;
  /** Returns everything that was logged so far, at every level. */
  logged: () => string;
}

export function captureLog(name: string): CapturedLog {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { log: createLogger(name, 'trace', destination), logged: () => lines.join('') };
}
