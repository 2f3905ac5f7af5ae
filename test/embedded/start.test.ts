import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { mkdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import { createWorkplace, status, type Workplace } from './workplace';

describe('npm start', function () {
  this.timeout(60_000);
  let place: Workplace;
  before(async function () {
    if (!existsSync('/proc/self/environ')) this.skip(); // what is left over is seen there
    place = await createWorkplace();
  });
  afterEach(() => place.killAll());
  after(() => place.remove());

  const inPlace = (name: string) => path.join(place.dataDir, name);

  async function administratorsPassword(): Promise<string> {
    return (await readFile(inPlace('admin-credentials.txt'), 'utf8')).split('\n')[1]!;
  }

  async function environment(name: string): Promise<Record<string, string | undefined>> {
    return parseEnv(await readFile(inPlace(`${name}.env`), 'utf8'));
  }

  it('serves the form, the internal pages and the inbox, and prints their addresses', async () => {
    const { output } = await place.start();
    const { PUBLIC_PORT, INTERNAL_PORT, INBOX_PORT } = place.ports;
    for (const port of [PUBLIC_PORT, INTERNAL_PORT, INBOX_PORT]) {
      expect(output).to.include(`http://localhost:${port}`);
    }
    const password = await administratorsPassword();
    expect(output).to.include(`admin@localhost with ${password}`);
    expect(output.split('\n').filter((line) => line.endsWith(' …'))).to.deep.equal([
      'Creating the database …',
      'Starting Postgres …',
      'Bringing the database up to date …',
      'Starting the public server and the internal server …',
    ]);
    expect(await status(PUBLIC_PORT, '/')).to.equal(200);
    expect(await status(INTERNAL_PORT, '/leads')).to.equal(401);
    expect(await status(INTERNAL_PORT, '/leads', password)).to.equal(303); // to its change
    expect(await status(INTERNAL_PORT, '/account', password)).to.equal(200);
    expect(await status(INBOX_PORT, '/')).to.equal(200);
  });

  it('lets no other user read what it stores', async () => {
    const secrets = ['admin-credentials.txt', 'owner.env', 'public.env', 'internal.env'];
    for (const name of secrets) {
      expect((await stat(inPlace(name))).mode & 0o777, name).to.equal(0o600);
    }
    for (const name of ['inbox', 'logs', 'resumes', 'postgres']) {
      expect((await stat(inPlace(name))).mode & 0o777, name).to.equal(0o700);
    }
  });

  it('stops everything at Ctrl-C within five seconds', async () => {
    const started = await place.start();
    const { process: starter, exit } = started;
    const since = Date.now();
    process.kill(-starter.pid!, 'SIGINT');
    await sleep(50);
    process.kill(-starter.pid!, 'SIGINT'); // npm sends it again
    expect(await exit).to.deep.equal([0, null]);
    expect(started.output).to.match(/Stopping …\nStopped. Everything is kept in (\S+)\.\n$/);
    expect(started.output).to.include(`kept in ${place.dataDir}.`);
    await place.untilNoProcess();
    expect(Date.now() - since).to.be.below(5000);
  });

  it('stops in order when nobody reads what it prints any more', async () => {
    const { process: starter, exit } = await place.start();
    starter.stdout!.destroy();
    starter.stderr!.destroy();
    starter.kill('SIGINT');
    expect(await exit).to.deep.equal([0, null]);
    const log = await readFile(path.join(place.dataDir, 'postgres/log'), 'utf8');
    expect(log.trimEnd()).to.match(/database system is shut down$/);
  });

  it('gives a server 4 s to end, and stops everything within 5 s', async () => {
    const { process: starter, exit } = await place.start();
    process.kill(await place.serverPid('internal'), 'SIGSTOP');
    const since = Date.now();
    starter.kill('SIGINT');
    expect(await exit).to.deep.equal([0, null]);
    await place.untilNoProcess();
    expect(Date.now() - since).to.be.within(4000, 5000);
  });

  it('leaves nothing running when it is killed, and starts again with its data', async () => {
    const first = await place.start();
    first.process.kill('SIGKILL');
    const second = await place.start();
    expect(second.output).to.include(`http://localhost:${place.ports.PUBLIC_PORT}`);
    expect(second.output).to.include('admin-credentials.txt').and.not.to.include('Sign in as');
    const password = await administratorsPassword();
    expect(await status(place.ports.INTERNAL_PORT, '/account', password)).to.equal(200);
    second.process.kill('SIGKILL');
    expect(await place.untilNoProcess()).to.be.below(10_000);
  });

  it('ends when npm is killed', async () => {
    const { process: npm } = await place.start({}, ['npm', 'start']);
    npm.kill('SIGKILL');
    expect(await place.untilNoProcess()).to.be.below(10_000);
  });

  it('stops everything when Postgres dies, and shows the end of its log', async () => {
    const started = await place.start();
    const lock = await readFile(inPlace('postgres/cluster/postmaster.pid'), 'utf8');
    process.kill(Number(lock.split('\n')[0]), 'SIGINT');
    expect(await started.exit).to.deep.equal([1, null]);
    expect(started.output).to.include(`Postgres ended. The end of ${inPlace('postgres/log')}:\n`);
    expect(started.output).to.include('received fast shutdown request');
    await place.untilNoProcess();
  });

  it('stops everything when a server dies, and names it', async () => {
    const started = await place.start();
    process.kill(await place.serverPid('internal'), 'SIGKILL');
    expect(await started.exit).to.deep.equal([1, null]);
    expect(started.output).to.include('The internal server ended (SIGKILL)');
    await place.untilNoProcess();
  });

  it('gives each server only its own variables, also in its file', async () => {
    const firm = `Ann's "Firm" $HOME`;
    await place.start({
      RATE_LIMIT_MAX: '7',
      FIRM_NAME: firm,
      ACK_MAX_PER_HOUR: '9',
      DATABASE_URL: 'postgres://elsewhere.test/x',
    });
    const linesOf = async (name: 'public' | 'internal') =>
      (await readFile(`/proc/${await place.serverPid(name)}/environ`, 'utf8')).split('\0');
    const [facing, internal] = [await linesOf('public'), await linesOf('internal')];
    expect(facing).to.include.members(['RATE_LIMIT_MAX=7', `FIRM_NAME=${firm}`]);
    expect(internal).to.include.members(['ACK_MAX_PER_HOUR=9', `FIRM_NAME=${firm}`]);
    const namesOf = (lines: string[]) => lines.map((line) => line.split('=')[0]);
    expect(namesOf(internal)).not.to.include('RATE_LIMIT_MAX');
    expect(namesOf(facing)).not.to.include('SMTP_URL').and.not.to.include('ATTORNEY_EMAILS');
    const files = { public: await environment('public'), internal: await environment('internal') };
    expect(facing).to.include(`DATABASE_URL=${files.public.DATABASE_URL}`);
    expect(internal).to.include(`DATABASE_URL=${files.internal.DATABASE_URL}`);
    expect(files.internal.DATABASE_URL).to.include('//internal_server:');
    expect(files.public.DATABASE_URL).to.include('//public_server:');
    expect([files.public.FIRM_NAME, files.internal.FIRM_NAME]).to.deep.equal([firm, firm]);
  });

  it('starts no inbox when there is a mail server', async () => {
    const { output } = await place.start({
      SMTP_URL: 'smtp://127.0.0.1:9',
      MAIL_FROM: 'intake@firm.test',
      ATTORNEY_EMAILS: 'ann@firm.test',
    });
    expect(output).to.include('none: emails go to SMTP_URL');
    expect(await status(place.ports.INBOX_PORT, '/').catch(() => 'refused')).to.equal('refused');
    expect((await environment('internal')).SMTP_URL).to.equal('smtp://127.0.0.1:9');
  });

  it('prints where the database is when it is not in the data folder', async function () {
    if (process.getuid?.() !== 0) this.skip();
    await mkdir(inPlace('private'), { mode: 0o700 });
    const inner = inPlace('private/inner');
    try {
      const { output } = await place.start({ DATA_DIR: inner });
      const elsewhere = await realpath(path.join(inner, 'postgres'));
      expect(elsewhere.startsWith(place.dataDir)).to.equal(false);
      expect(output).to.include(`The database is in ${elsewhere}`);
    } finally {
      await place.killAll();
      // Postgres' own processes may outlive their parent by an instant, and write there.
      const database = await realpath(path.join(inner, 'postgres'));
      await rm(database, { recursive: true, maxRetries: 20 });
    }
  });
});
