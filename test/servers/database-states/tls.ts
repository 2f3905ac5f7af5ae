import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { issueServerCertificate, makeAuthority } from '../../support/process/certificates';
import { setting } from './states';

export interface Tls {
  /** What the URL of a client ends with that trusts the server's authority. */
  parameters: string;
  /** The server shows a certificate of this authority, which is made if there is none yet. */
  present: (authority: string, days?: number) => Promise<void>;
  /** The clients trust this authority instead. */
  trust: (authority: string) => Promise<void>;
}

/** Has a Postgres listen with TLS; certificates are in `folder`. */
export async function startTls(
  folder: string,
  sql: (...statements: string[]) => Promise<void>,
): Promise<Tls> {
  const trusted = path.join(folder, 'trusted.pem');
  const tls: Tls = {
    parameters: `?sslmode=verify-full&sslrootcert=${trusted}`,
    async present(name, days) {
      const authority = path.join(folder, `${name}.pem`);
      if (!existsSync(authority)) makeAuthority(folder, name);
      await issueServerCertificate(folder, authority, 'IP:127.0.0.1', days);
      await sql('select pg_reload_conf()');
    },
    trust: (name) => copyFile(path.join(folder, `${name}.pem`), trusted),
  };
  await tls.present('ours');
  await tls.trust('ours');
  await sql(
    ...setting('ssl_cert_file', `'${folder}/server.pem'`),
    ...setting('ssl_key_file', `'${folder}/server.key'`),
    ...setting('ssl', 'on'),
  );
  return tls;
}
