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

/** Returns the /48 of an IPv6 network, the most that a provider gives one customer; or the address. */
export function siteOf(network: string): string {
  return network.replace(/^((?:[^:]+:){3}).*\/64$/, '$1:/48');
}

/** Returns undefined for anything but an address. Ignores the brackets and ports of some proxies. */
export function networkOf(text: string): string | undefined {
  const [, bracketed, withPort] = /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/.exec(text) ?? [];
  const address = bracketed ?? withPort ?? text;
  if (isIPv4(address)) return address;
  return isIPv6(address) ? networkOfIPv6(address) : undefined;
}

function networkOfIPv6(address: string): string {
  const withoutZone = address.replace(/%.*/, '');
  const { hostname } = new URL(`http://[${withoutZone}]`); // as RFC 5952 writes it, in brackets
  const [, high, low] = /^\[::ffff:(\w+):(\w+)\]$/.exec(hostname) ?? []; // a mapped IPv4 address
  if (high && low) return [high, low].flatMap(bytesOf).join('.');
  const [left = [], right] = hostname
    .slice(1, -1)
    .split('::')
    .map((half) => half.split(':').filter(Boolean));
  const zeros = right && Array<string>(8 - left.length - right.length).fill('0');
  const groups = [...left, ...(zeros ?? []), ...(right ?? [])];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

function bytesOf(group: string): number[] {
  const value = parseInt(group, 16);
  return [value >> 8, value & 255];
}
