import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/** False for loopback, `localhost` and the path of a Unix socket. */
export function isOtherHost(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$|%.*$/g, '');
  if (name === 'localhost' || name.startsWith('/')) return false;
  return isIP(name) === 0 || !loopback.check(name, isIP(name) === 6 ? 'ipv6' : 'ipv4');
}

/** Whether Node verifies the certificate of a TLS connection with these options. */
export function verifiesCertificate(tls?: object | boolean | string | null): boolean {
  const byDefault = process.env.NODE_TLS_REJECT_UNAUTHORIZED !== '0';
  const { rejectUnauthorized = byDefault } = Object(tls) as { rejectUnauthorized?: unknown };
  return rejectUnauthorized !== false;
}
