import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createWorkplace, status, type Started, type Workplace } from './workplace';

describe('npm start on a machine that is slow', function () {
  this.timeout(120_000);
  let place: Workplace;
  beforeEach(async function () {
    if (!existsSync('/proc/self/environ')) this.skip(); // where processes are found
    place = await createWorkplace();
  });
  afterEach(async () => {
    await place.killAll();
    await place.remove();
  });

  async function hold(pids: number[], ms: number): Promise<void> {
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    await sleep(ms);
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }

  it('waits for servers that take longer than half a minute, and names their logs', async () => {
    const starting = place.start();
    await hold([await untilRunning('public'), await untilRunning('internal')], 35_000);
    const { output } = await starting;
    for (const name of ['public', 'internal']) {
      const log = `${place.dataDir}/logs/${name}.log`;
      expect(output).to.include(`Still waiting for the ${name} server. Its log: ${log}\n`);
    }
    expect(output).to.include('Ctrl-C stops it');
    expect(await status(place.ports.PUBLIC_PORT, '/')).to.equal(200);
  });

  it('waits for a Postgres that takes longer than its servers wait', async () => {
    const begun = await place.start({}, undefined, 'Starting the public server');
    const lock = path.join(place.dataDir, 'postgres/cluster/postmaster.pid');
    const postgres = Number((await readFile(lock, 'utf8')).split('\n')[0]);
    process.kill(postgres, 'SIGSTOP');
    // A busy machine may take long to start the server, and only then does the server wait.
    await untilPrinted(begun, 'The database was too slow for the public server.');
    process.kill(postgres, 'SIGCONT');
    await untilPrinted(begun, 'Ctrl-C stops it');
    expect(await status(place.ports.PUBLIC_PORT, '/')).to.equal(200);
  });

  async function untilPrinted(begun: Started, text: string): Promise<void> {
    while (!begun.output.includes(text)) {
      expect(begun.process.exitCode, begun.output).to.equal(null);
      await sleep(50);
    }
  }

  async function untilRunning(name: 'public' | 'internal'): Promise<number> {
    for (;;) {
      const pid = await place.serverPid(name).catch(() => undefined);
      if (pid !== undefined) return pid;
      await sleep(20);
    }
  }
});
