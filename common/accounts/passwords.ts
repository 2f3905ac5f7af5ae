import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { createHashQueue, type Turn } from './hash-queue';

// OWASP Password Storage Cheat Sheet, scrypt: N=2^17, r=8, p=1. One takes 128 MiB and about 300 ms.
const usualLogN = 17;
const maxmem = 256 * 1024 * 1024;
const keyBytes = 32;
const scryptKey = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** OWASP ASVS 5.0, 6.2.1, and NIST SP 800-63B-4, 3.1.1.2: at least 8; 15 are advised without a second factor. */
export const minPasswordLength = 12;

const inTurn = createHashQueue();
const signedIn: Turn = { priority: Number.MAX_SAFE_INTEGER };

async function derive(password: string, logN: number, salt: Buffer): Promise<Buffer> {
  const cost = { N: 2 ** logN, r: 8, p: 1, maxmem };
  return scryptKey(password.normalize('NFC'), salt, keyBytes, cost);
}

/** A password of 24 characters from 18 random bytes, for the first sign-in. */
export function generatePassword(): string {
  return randomBytes(18).toString('base64url');
}

/** Returns `scrypt$<log2 N>$<salt>$<key>`, the last two in base64url. */
export async function hashPassword(password: string, logN = usualLogN): Promise<string> {
  const salt = randomBytes(16);
  return format(logN, salt, await inTurn(signedIn, () => derive(password, logN, salt)));
}

function format(logN: number, salt: Buffer, key: Buffer): string {
  return `scrypt$${logN}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

/** Returns a hash that no password matches, but that takes as long to check as a real one. */
export function decoyHash(logN = usualLogN): string {
  return format(logN, randomBytes(16), randomBytes(keyBytes));
}

/**
 * Takes the same time whether the password is right or wrong. Calls `admit`, which may throw, when
 * its turn has come.
 */
export async function verifyPassword(
  password: string,
  hash: string,
  turn: Turn = signedIn,
  admit?: () => Promise<unknown>,
): Promise<boolean> {
  const parts = hash.split('$');
  const [salt, expectedKey] = parts.slice(-2).map((part) => Buffer.from(part, 'base64url'));
  if (!salt || !expectedKey) return false;
  const logN = parts.length === 4 ? Number(parts[1]) : usualLogN; // the first hashes did not record it
  const key = await inTurn(turn, async () => {
    await admit?.();
    return derive(password, logN, salt);
  });
  return expectedKey.length === key.length && timingSafeEqual(expectedKey, key);
}
