import type { Context } from 'koa';
import { isIPv4, isIPv6 } from 'node:net';

/**
 * Returns what is limited as one client: an IPv4 address, or the /64 of an IPv6 address, since each
 * client gets a whole /64 at least. Koa skips the trusted proxies. When they name no valid address,
 * the address of the connection counts.
 */
export function clientNetwork({ ip, socket }: Pick<Context, 'ip' | 'socket'>): string {
  return networkOf(ip) ?? networkOf(socket.remoteAddress ?? '') ?? 'unknown';
}

/** Returns undefined for anything but an address. Ignores the brackets and ports of some proxies. */
export function networkOf(text: string): string | undefined {
  const [, bracketed, withPort] = /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/.exec(text) ?? [];
  const address = bracketed ?? withPort ?? text;
  if (isIPv4(address)) return address;
  return isIPv6(address) ? networkOfIPv6(address) : undefined;
}

function networkOfIPv6(address: string): string {
  const [, groups = '', dotted] = /^([^%]*?)(\d+\.\d+\.\d+\.\d+)?(?:%.*)?$/.exec(address) ?? [];
  const all = expand(groups + (dotted ? hexadecimal(dotted) : ''));
  const isMappedIPv4 = all.slice(0, 6).join(':') === '0:0:0:0:0:ffff';
  if (isMappedIPv4) return all.slice(6).flatMap(bytesOf).join('.');
  return `${all.slice(0, 4).join(':')}::/64`;
}

/** The eight groups of a well-formed address, each without leading zeros. */
function expand(address: string): string[] {
  const [left = [], right] = address.split('::').map((half) => half.split(':').filter(Boolean));
  const zeros = right && Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...(zeros ?? []), ...(right ?? [])].map((group) =>
    parseInt(group, 16).toString(16),
  );
}

function hexadecimal(dotted: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function bytesOf(group: string): number[] {
  const value = parseInt(group, 16);
  return [value >> 8, value & 255];
}
