import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const msPerTick = 10; // USER_HZ is 100 on every architecture that Node runs on (proc(5))

interface Stat {
  pid: number;
  parent: number;
  ownMs: number;
  /** The time of its children that have ended. */
  endedMs: number;
}

function readStat(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // it has ended
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' '); // the name may hold anything
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15).map(Number);
  return {
    pid,
    parent: Number(fields[1]),
    ownMs: (utime + stime) * msPerTick,
    endedMs: (cutime + cstime) * msPerTick,
  };
}

/** The CPU time that all threads of a process have used so far. */
export function cpuMs(pid: number): number {
  return readStat(pid)?.ownMs ?? NaN;
}

/** The same for a process and its descendants, ended ones included. */
export function treeCpuMs(root: number): number {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? []);
  const family = new Set([root]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const { pid, parent } of stats) if (family.has(parent)) family.add(pid);
  }
  return stats
    .filter(({ pid }) => family.has(pid))
    .reduce((sum, { ownMs, endedMs }) => sum + ownMs + endedMs, 0);
}

export function memoryMb(pid: number): number {
  return readStatus(pid, 'VmRSS');
}

/** Since the start, or since `forgetPeakMemory`. */
export function peakMemoryMb(pid: number): number {
  return readStatus(pid, 'VmHWM');
}

export function forgetPeakMemory(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

function readStatus(pid: number, field: string): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1];
  return (Number(kib) * 1024) / 1e6;
}
