import { execFile } from 'node:child_process';
import { chmod, chown, cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { chooseServerUser } from '../../../embedded/postgres/server-user';

const exec = promisify(execFile);

/** Skips the block's tests where there is no `openssl`. */
export function needsOpenssl(): void {
  before(async function () {
    try {
      await exec('openssl', ['version']);
    } catch {
      console.log('      skipped: there is no openssl on the PATH');
      this.skip();
    }
  });
}

/** An authority in the folder, and the file with which clients trust it. */
export async function makeAuthority(folder: string, name: string): Promise<string> {
  const [certificate, key] = [`${name}.pem`, `${name}.key`].map((file) => path.join(folder, file));
  const subject = ['-subj', `/CN=${name}`, '-addext', 'basicConstraints=critical,CA:TRUE'];
  await newKey(key!, certificate!, subject);
  return certificate!;
}

/** Makes Postgres's certificate, `server.pem` and `server.key`, or replaces it. */
export async function issueServerCertificate(folder: string, authority: string, names: string) {
  const [certificate, key] = ['server.pem', 'server.key'].map((file) => path.join(folder, file));
  const made = path.join(folder, 'made');
  await mkdir(made, { recursive: true, mode: 0o700 });
  const ca = ['-CA', authority, '-CAkey', authority.replace(/pem$/, 'key')];
  const [newCertificate, keyOfIt] = [path.join(made, 'server.pem'), path.join(made, 'server.key')];
  const extensions = ['-addext', `subjectAltName=${names}`, '-addext', 'basicConstraints=CA:FALSE'];
  await newKey(keyOfIt, newCertificate, ['-subj', '/CN=postgres', ...extensions, ...ca]);
  const { uid, gid } = await chooseServerUser('/');
  for (const [from, to] of [
    [newCertificate, certificate!],
    [keyOfIt, key!],
  ] as const) {
    await cp(from, to);
    await chmod(to, 0o600);
    if (uid !== undefined && gid !== undefined) await chown(to, uid, gid);
  }
  return { certificate: certificate!, key: key! };
}

async function newKey(key: string, certificate: string, options: string[]): Promise<void> {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'];
  const files = ['-keyout', key, '-out', certificate, '-days', '2'];
  await exec('openssl', ['req', '-x509', ...curve, ...files, ...options]);
}
