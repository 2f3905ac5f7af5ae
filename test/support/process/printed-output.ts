import { execFile, spawn } from 'node:child_process';
import path from 'node:path';

const root = path.join(__dirname, '../../..');
const ts = ['-r', 'ts-node/register/transpile-only'];
/** What libpq, and pg without a host of its own, would go by. */
const misleading = { PGHOST: '192.0.2.1', PGUSER: 'nobody', PGDATABASE: 'none', PGPORT: '9' };
const environment = (own: object) => ({ PATH: process.env.PATH, ...misleading, ...own });

/** Runs a command to its end, and returns its code and everything that it printed. */
export function runToEnd(
  args: string[],
  env: object,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...ts, ...args],
      { cwd: root, env: environment(env) },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });
}

/** Starts a server, and resolves once it listens or has ended: then with its code. */
export async function startOrEnd(name: 'public' | 'internal', env: object) {
  const args = [...ts, `${name}-server/index.ts`];
  const child = spawn(process.execPath, args, { cwd: root, env: environment(env) });
  let output = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const listening = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes('"listening"')) resolve();
      });
    }
  });
  const code = await Promise.race([ended, listening]);
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { code, output: () => output, stop };
}
