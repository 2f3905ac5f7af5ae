import { randomBytes } from 'node:crypto';

const boundary = '----benchmark-boundary';
const digits = 12;
const firstOfAll = Date.now() % 10 ** 6; // so that no two runs share an address

let count = 0;

export const contentType = `multipart/form-data; boundary=${boundary}`;

export interface Body {
  bytes: number;
  /** Returns the body of the next submission, with an email address of its own. */
  next(): Buffer[];
}

export function submissionBody(resumeBytes: number): Body {
  const before = Buffer.from(
    [
      field('first_name', 'Ann'),
      field('last_name', 'Lee'),
      field('email', `${'0'.repeat(digits)}@example.com`),
      `--${boundary}\r\nContent-Disposition: form-data; name="resume"; filename="resume.pdf"\r\n`,
      'Content-Type: application/pdf\r\n\r\n',
    ].join(''),
  );
  const addressAt = before.indexOf('0'.repeat(digits));
  const start = Buffer.from('%PDF-1.4\n');
  const resume = Buffer.concat([start, randomBytes(resumeBytes - start.length)]);
  const after = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    bytes: before.length + resume.length + after.length,
    next() {
      const own = Buffer.from(before);
      const number = firstOfAll * 10 ** 6 + ++count;
      own.write(String(number).padStart(digits, '0'), addressAt, 'latin1');
      return [own, resume, after];
    },
  };
}

function field(name: string, value: string): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}
