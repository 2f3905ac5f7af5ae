import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chooseServerUser } from '../../../embedded/postgres/server-user';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** Skips the block's tests without openssl, or fails if REQUIRE_OPENSSL is 1. */
export function needsOpenssl(): void {
  before(function () {
    if (hasOpenssl) return;
    if (process.env.REQUIRE_OPENSSL === '1') throw new Error('there is no openssl on the PATH');
    console.log('      skipped: there is no openssl on the PATH');
    this.skip();
  });
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc'];

/** Makes an authority in the folder, and returns the file with which clients trust it. */
export function makeAuthority(folder: string, name: string): string {
  const certificate = path.join(folder, `${name}.pem`);
  const files = ['-keyout', keyOf(certificate), '-out', certificate];
  openssl(folder, 'req', '-x509', '-days', '2', '-subj', `/CN=${name}`, ...newKey, ...files);
  return certificate;
}

/**
 * Makes Postgres's certificate, `server.pem` and `server.key`, or replaces it. One for -1 days has
 * expired. Postgres refuses a key that others may read.
 */
export async function issueServerCertificate(
  folder: string,
  authority: string,
  names: string,
  days = 2,
) {
  const made = mkdtempSync(path.join(folder, 'made-'));
  openssl(made, 'req', ...newKey, '-subj', '/CN=db', '-keyout', 'server.key', '-out', 'request');
  writeFileSync(path.join(made, 'names'), `subjectAltName=${names}\n`);
  const issuer = ['-CA', authority, '-CAkey', keyOf(authority), '-CAcreateserial'];
  const options = ['-days', String(days), '-extfile', 'names', '-out', 'server.pem'];
  openssl(made, 'x509', '-req', '-in', 'request', ...issuer, ...options);

  const { uid, gid } = await chooseServerUser(folder);
  const [certificate = '', key = ''] = ['server.pem', 'server.key'].map((name) => {
    const file = path.join(folder, name);
    copyFileSync(path.join(made, name), file);
    chmodSync(file, 0o600);
    if (uid !== undefined && gid !== undefined) chownSync(file, uid, gid);
    return file;
  });
  return { certificate, key };
}

function keyOf(certificate: string): string {
  return certificate.replace(/pem$/, 'key');
}

function openssl(cwd: string, ...args: string[]): void {
  execFileSync('openssl', args, { cwd, stdio: 'pipe' });
}
