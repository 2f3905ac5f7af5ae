import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

type Scrypt = (
  password: string,
  salt: Buffer,
  keyBytes: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>;

// OWASP Password Storage Cheat Sheet, scrypt: N=2^17, r=8, p=1. One takes 128 MiB and about 300 ms.
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
const keyBytes = 32;

/** NIST SP 800-63B (rev. 3), 5.1.1.2, for a password that a person chose. */
export const minPasswordLength = 8;

const maxWaiting = 30; // about ten seconds

let last: Promise<unknown> = Promise.resolve();
let waiting = 0;

/** One at a time: each takes 128 MiB and a thread that files and DNS need as well. */
const derive: Scrypt = async (...args) => {
  if (waiting >= maxWaiting) {
    throw Object.assign(new Error('Too many passwords are being checked'), { code: 'EBUSY' });
  }
  waiting++;
  const next = last.then(() => (promisify(scrypt) as Scrypt)(...args));
  last = next.catch(() => undefined);
  return next.finally(() => waiting--);
};

/** A password of 24 characters from 18 random bytes, for the first sign-in. */
export function generatePassword(): string {
  return randomBytes(18).toString('base64url');
}

/** Answers `scrypt$<salt>$<key>`, both in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password.normalize('NFC'), salt, keyBytes, cost);
  return format(salt, key);
}

function format(salt: Buffer, key: Buffer): string {
  return `scrypt$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

/** Looks like a hash and belongs to no password: checking one against it takes as long. */
export function decoyHash(): string {
  return format(randomBytes(16), randomBytes(keyBytes));
}

/** Takes the same time whether the password is right or wrong. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [, salt = '', expected = ''] = hash.split('$');
  const saltBytes = Buffer.from(salt, 'base64url');
  const key = await derive(password.normalize('NFC'), saltBytes, keyBytes, cost);
  const expectedKey = Buffer.from(expected, 'base64url');
  return expectedKey.length === key.length && timingSafeEqual(expectedKey, key);
}
