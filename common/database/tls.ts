import { readFileSync } from 'node:fs';

/** Says what is wrong with a connection string. The message follows the name of its variable. */
export class ConnectionStringError extends Error {}

type Parameters = Partial<Record<string, string>>;

const modes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** Returns the options of TLS, or false for none. Certificate and host name are always verified. */
export function readTls({ sslmode, ssl, sslrootcert, sslcert, sslkey }: Parameters) {
  const mode = sslmode ?? ((ssl ?? sslrootcert) ? 'verify-full' : process.env.PGSSLMODE);
  if (!mode || mode === 'disable') return false;
  if (!modes.includes(mode)) {
    const known = modes.join(', ');
    throw new ConnectionStringError(
      `must have an sslmode of ${known}: a certificate is always verified, if need be with the ` +
        'authorities in the file sslrootcert',
    );
  }
  if (!sslcert !== !sslkey) throw new ConnectionStringError('must have both sslcert and sslkey');
  const ca = sslrootcert === 'system' ? undefined : sslrootcert; // `system`: those that Node trusts
  return {
    rejectUnauthorized: true, // whatever NODE_TLS_REJECT_UNAUTHORIZED says
    ...(ca && { ca: readPem('sslrootcert', ca, 'CERTIFICATE') }),
    ...(sslcert && { cert: readPem('sslcert', sslcert, 'CERTIFICATE') }),
    ...(sslkey && { key: readPem('sslkey', sslkey, 'PRIVATE KEY') }),
  };
}

function readPem(parameter: string, file: string, kind: string): string {
  let problem = `holds no ${kind}`;
  try {
    const pem = readFileSync(file, 'utf8');
    if (new RegExp(`-----BEGIN [A-Z ]*${kind}-----`).test(pem)) return pem;
  } catch (error) {
    problem = `cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
  throw new ConnectionStringError(`names the file ${file} as ${parameter}, which ${problem}`);
}

/** What is worth saying at the start, because libpq verifies less by some modes. */
export function tlsNotice(url: string): string | undefined {
  const [, mode] = /[?&]sslmode=(allow|prefer|require|verify-ca)(?:&|$)/.exec(url.trim()) ?? [];
  return mode && `sslmode=${mode} means verify-full here: the database's certificate is verified`;
}
