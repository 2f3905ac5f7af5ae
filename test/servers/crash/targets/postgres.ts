import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '../../../../embedded/postgres/start';
import { killIfRunning } from '../../../support/process/kill-if-running';
import { restartMs, type Outage, type Target } from './target';

const attempts = 5;

export interface KillablePostgres extends Target {
  superuserUrl: string;
}

/** A durable Postgres that is started again on the same data and port whenever it is killed. */
export async function keepPostgres(dataDir: string): Promise<KillablePostgres> {
  let server = await startPostgres({ dataDir, durable: true });
  const { port, superuserUrl } = server;
  const outages: Outage[] = [];
  let restarting: Promise<void> | undefined;

  async function restart(outage: Outage): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await sleep(restartMs);
      try {
        server = await startPostgres({ dataDir, port, durable: true });
        break;
      } catch (error) {
        if (attempt === attempts) throw error;
      }
    }
    outage.to = Date.now();
    restarting = undefined;
  }

  return {
    name: 'postgres',
    superuserUrl,
    outages,
    problems: [],
    isUp: () => restarting === undefined,

    async kill() {
      const outage = { from: Date.now(), to: Infinity };
      outages.push(outage);
      const lock = path.join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
      const postmaster = Number((await readFile(lock, 'utf8')).split('\n')[0]);
      const { gone } = server;
      restarting = gone.then(() => restart(outage));
      await killWithChildren(postmaster);
      await gone;
    },

    async stop() {
      await restarting;
      await server.stop();
    },
  };
}

/** Stops the postmaster first, so that it starts no child meanwhile. Linux only: it reads /proc. */
async function killWithChildren(postmaster: number): Promise<void> {
  process.kill(postmaster, 'SIGSTOP');
  const family = [postmaster];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(parent) === postmaster) family.push(Number(name));
  }
  for (const pid of family) killIfRunning(pid);
}
