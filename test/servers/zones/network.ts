import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';

/**
 * Three network namespaces, like the networks of the compose file: each server shares a link with
 * the stores, and the two servers share none.
 */
export const addresses = {
  public: { own: '10.231.1.1', stores: '10.231.1.2' },
  internal: { own: '10.231.2.1', stores: '10.231.2.2' },
};

export type Zone = 'public' | 'internal' | 'data';

const root = path.join(__dirname, '..', '..', '..');
const namespace = (zone: Zone) => `lead-${zone}-${process.pid}`;

/** Returns why the zones cannot be created here, or undefined if they can. */
export function whyNoZones(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces exist only on Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  try {
    execFileSync('ip', ['netns', 'list'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'the command ip is missing (Debian: iproute2)';
  }
}

export function createZones(): void {
  for (const zone of ['public', 'internal', 'data'] as const) {
    ip('netns', 'add', namespace(zone));
    inside(zone, 'link', 'set', 'lo', 'up');
  }
  for (const zone of ['public', 'internal'] as const) {
    const [near, far] = [
      `${zone.slice(0, 3)}-${process.pid}`,
      `st${zone.slice(0, 3)}-${process.pid}`,
    ];
    ip(
      'link',
      'add',
      near,
      'netns',
      namespace(zone),
      'type',
      'veth',
      'peer',
      far,
      'netns',
      namespace('data'),
    );
    inside(zone, 'address', 'add', `${addresses[zone].own}/24`, 'dev', near);
    inside('data', 'address', 'add', `${addresses[zone].stores}/24`, 'dev', far);
    inside(zone, 'link', 'set', near, 'up');
    inside('data', 'link', 'set', far, 'up');
  }
}

export function removeZones(): void {
  for (const zone of ['public', 'internal', 'data'] as const) ip('netns', 'del', namespace(zone));
}

/** Runs a script of this project in a zone, with only these variables. */
export function startIn(zone: Zone, script: string, env: Record<string, string>): ChildProcess {
  const node = [process.execPath, '-r', 'ts-node/register/transpile-only', path.join(root, script)];
  return spawn('ip', ['netns', 'exec', namespace(zone), ...node], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

/** Returns a function that resolves to the next line of JSON that a script prints. */
export function readJson<T>(child: ChildProcess): () => Promise<T> {
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return async () => {
    for (;;) {
      const line = await lines.next();
      if (line.done) throw new Error('the script ended before it printed JSON');
      if (line.value.startsWith('{')) return JSON.parse(line.value) as T;
    }
  };
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

function inside(zone: Zone, ...args: string[]): void {
  ip('-n', namespace(zone), ...args);
}
