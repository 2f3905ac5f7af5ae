import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { restartMs, type Outage, type Target } from './target';

const compiled = path.join(__dirname, '../../../../dist');

export interface ServerOptions {
  name: string;
  kind: 'public' | 'internal';
  env: Record<string, string>;
  logFile: string;
  /** What Node runs at the root of the project, in place of the compiled server. */
  source?: string[];
}

export interface KeptServer extends Target {
  pid(): number | undefined;
}

/** Runs a compiled server and restarts it whenever it ends, as a supervisor does. */
export function keepServer({ name, kind, env, logFile, source }: ServerOptions): KeptServer {
  const log = createWriteStream(logFile);
  const outages: Outage[] = [];
  const problems: string[] = [];
  let child: ChildProcess;
  let isUp = false;
  const stopping = new AbortController();
  process.once('exit', () => child.kill('SIGKILL'));

  async function runOnce(): Promise<void> {
    const started = spawn(process.execPath, source ?? [`${kind}-server/index.js`], {
      cwd: source ? path.dirname(compiled) : compiled,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    started.stderr.pipe(log, { end: false });
    const ended = once(started, 'close') as Promise<[number | null, string | null]>;
    for await (const line of createInterface({ input: started.stdout })) {
      log.write(`${line}\n`);
      if (!line.includes('"listening"')) continue;
      isUp = true;
      const outage = outages.at(-1);
      if (outage) outage.to = Math.min(outage.to, Date.now());
    }
    const [code, signal] = await ended;
    if (isUp && !stopping.signal.aborted)
      problems.push(`${name} ended by itself (${signal ?? code})`);
    isUp = false;
  }

  const running = (async () => {
    while (!stopping.signal.aborted) {
      await runOnce();
      await sleep(restartMs);
    }
    log.end();
  })();

  return {
    name,
    outages,
    problems,
    isUp: () => isUp,
    pid: () => child.pid,

    async kill() {
      if (!isUp) return; // it ended by itself, which is a problem of its own
      isUp = false;
      outages.push({ from: Date.now(), to: Infinity });
      child.kill('SIGKILL');
      await once(child, 'exit');
    },

    async stop() {
      stopping.abort();
      child.kill('SIGTERM');
      await running;
    },
  };
}
