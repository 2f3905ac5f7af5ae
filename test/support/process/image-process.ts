import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

type Environment = Record<string, string>;

export interface RunningImage {
  url: string;
  stop(): Promise<number | null>;
}

/** Runs a command in the image's folder to its end, with these variables and no others. */
export async function runImage(folder: string, args: string[], env: Environment): Promise<string> {
  const options = { cwd: folder, env: { ...env, NODE_ENV: 'production' } };
  const { stdout } = await promisify(execFile)(process.execPath, args, options);
  return stdout;
}

/** Starts a server as its container would, and waits until it is ready. */
export async function startImage(
  folder: string,
  entry: string,
  env: Environment & { PORT: string },
): Promise<RunningImage> {
  const child = spawn(process.execPath, [path.join('dist', entry)], {
    cwd: folder,
    env: { ...env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${env.PORT}`;
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`${entry} ended with ${child.exitCode}`);
    await sleep(50);
  }
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      const [code] = (await once(child, 'exit')) as [number | null];
      return code;
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/readyz`).catch(() => undefined);
  await response?.body?.cancel();
  return response?.ok ?? false;
}
