import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../embedded/ports';
import { startPostgres, type EmbeddedPostgres } from '../../../embedded/postgres/start';
import { prepareBinaries } from '../../../embedded/postgres/binaries';
import { openHome } from '../../../embedded/postgres/cluster';
import { withClient } from '../../../embedded/provision';
import { temporaryFolder } from '../../support/process/postgres';

const root = path.join(__dirname, '../../..');

describe('startPostgres', function () {
  this.timeout(60_000); // a cluster takes a second to make, and ten on a busy machine

  let dataDir: string;
  let server: EmbeddedPostgres | undefined;
  beforeEach(async () => {
    dataDir = await temporaryFolder();
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
    await rm(await realpath(path.join(dataDir, 'postgres')), { recursive: true });
    await rm(dataDir, { recursive: true });
  });

  async function start(folder = dataDir): Promise<EmbeddedPostgres> {
    server = await startPostgres({ dataDir: folder, durable: false });
    return server;
  }

  it('finds its data on the same port after a stop', async () => {
    const first = await start();
    await remember(first.superuserUrl, 'a word');
    await first.stop();
    const second = await start();
    expect(second.superuserUrl).to.equal(first.superuserUrl);
    expect(await recall(second.superuserUrl)).to.equal('a word');
  });

  it('listens on another port when its own is taken', async () => {
    const first = await start();
    await first.stop();
    const other = await temporaryFolder();
    const squatter = await startPostgres({ dataDir: other, port: first.port, durable: false });
    try {
      expect((await start()).port).not.to.equal(first.port);
    } finally {
      await squatter.stop();
      await rm(other, { recursive: true });
    }
  });

  it('shows the end of the log when it cannot start', async () => {
    const first = await start();
    const other = await temporaryFolder();
    const second = startPostgres({ dataDir: other, port: first.port, durable: false });
    const message = await second.then(String, (error: unknown) => (error as Error).message);
    const log = `${await realpath(other)}/postgres/log`;
    expect(message)
      .to.include(`Postgres did not start (it has ended). The end of ${log}:\n`)
      .and.include('Address already in use');
    await rm(other, { recursive: true });
  });

  it('ends with the process that started it, however that ends, and keeps its data', async () => {
    const starter = startElsewhere(dataDir);
    const [url] = (await once(starter.stdout, 'data')) as [Buffer];
    await remember(url.toString().trim(), 'a word');
    const pid = await serverPid(dataDir);
    starter.kill('SIGKILL');
    await untilDead(pid);
    expect(await recall((await start()).superuserUrl)).to.equal('a word');
  });

  it('starts right after its parent was killed, without waiting for the old server', async () => {
    const starter = startElsewhere(dataDir);
    const [url] = (await once(starter.stdout, 'data')) as [Buffer];
    await remember(url.toString().trim(), 'a word');
    starter.kill('SIGKILL');
    expect(await recall((await start()).superuserUrl)).to.equal('a word');
  });

  it('takes over from a server that lost its supervisor', async () => {
    await remember((await start()).superuserUrl, 'a word');
    await server?.stop();
    const home = await openHome(dataDir);
    const bin = await prepareBinaries(home.folder, home.user);
    const options = ['-D', path.join(home.folder, 'cluster'), '-p', String(await freePort())];
    const orphan = spawn(path.join(bin, 'postgres'), [...options, '-k', ''], {
      ...home.user,
      cwd: '/',
      stdio: 'ignore',
    });
    await until(async () => (await serverPid(dataDir)) === orphan.pid);
    expect(await recall((await start()).superuserUrl)).to.equal('a word');
    expect(orphan.exitCode).to.equal(0);
  });

  it('ignores a stale lock whose pid belongs to another program', async () => {
    await (await start()).stop();
    const lock = path.join(await realpath(dataDir), 'postgres/cluster/postmaster.pid');
    const { user } = await openHome(dataDir); // whose other programs Postgres would respect
    const program = spawn('sleep', ['60'], { ...user, stdio: 'ignore' });
    await writeFile(lock, `${program.pid!}\n/elsewhere\n`);
    await start();
    expect(program.kill()).to.equal(true);
  });

  it('stores the cluster elsewhere when its user cannot reach the data folder', async function () {
    if (process.getuid?.() !== 0) this.skip();
    await chmod(dataDir, 0o700);
    const inner = path.join(dataDir, 'inner');
    await mkdir(inner);
    try {
      await remember((await start(inner)).superuserUrl, 'a word');
      await server?.stop();
      expect(await recall((await start(inner)).superuserUrl)).to.equal('a word');
      await server?.stop();
    } finally {
      await rm(await realpath(path.join(inner, 'postgres')), { recursive: true });
      await mkdir(path.join(dataDir, 'postgres'));
    }
  });

  it('finds the trigrams of names that are not Latin', async () => {
    await withClient((await start()).superuserUrl, async (client) => {
      await client.query('create extension pg_trgm');
      const { rows } = await client.query("select cardinality(show_trgm('Жук')) as n");
      expect(rows).to.deep.equal([{ n: 4 }]);
    });
  });
});

function startElsewhere(dataDir: string) {
  const script = `require('./embedded/postgres/start')
    .startPostgres({ dataDir: process.argv[1], durable: false })
    .then(({ superuserUrl }) => console.log(superuserUrl))`;
  const options = ['-r', 'ts-node/register/transpile-only', '-e', script, dataDir];
  return spawn(process.execPath, options, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function remember(url: string, word: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query('create table words (word text)');
    await client.query('insert into words values ($1)', [word]);
  });
}

async function recall(url: string): Promise<unknown> {
  let word: unknown;
  await withClient(url, async (client) => {
    word = (await client.query<{ word: string }>('select word from words')).rows[0]?.word;
  });
  return word;
}

async function serverPid(dataDir: string): Promise<number> {
  const lock = path.join(dataDir, 'postgres/cluster/postmaster.pid');
  return Number((await readFile(lock, 'utf8').catch(() => '0')).split('\n')[0]);
}

function untilDead(pid: number): Promise<void> {
  return until(() => {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  });
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('It did not happen within ten seconds');
    await sleep(20);
  }
}
