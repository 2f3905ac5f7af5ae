import { readFileSync } from 'node:fs';
import type { KeptServer } from '../crash/targets/server';

/** The resident memory of each server. Linux only: it reads /proc. */
export function residentMebibytes(servers: KeptServer[]): number[] {
  return servers.map((server) => {
    const status = readFileSync(`/proc/${server.pid()}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
  });
}
