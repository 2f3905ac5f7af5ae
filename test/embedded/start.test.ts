import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import { freePort } from '../../embedded/ports';
import { temporaryFolder } from '../support/postgres';

const root = path.join(__dirname, '../..');
const loader = 'ts-node/register/transpile-only';

interface Started {
  process: ChildProcess;
  output: string;
  exit: Promise<[number | null, string | null]>;
}

describe('npm start', function () {
  this.timeout(60_000);
  let dataDir: string;
  let ports: { PUBLIC_PORT: string; INTERNAL_PORT: string; INBOX_PORT: string };
  before(async () => {
    dataDir = await temporaryFolder();
    const [a, b, c] = await Promise.all([freePort(), freePort(), freePort()]);
    ports = { PUBLIC_PORT: String(a), INTERNAL_PORT: String(b), INBOX_PORT: String(c) };
  });
  afterEach(async () => {
    for (const pid of await ourProcesses()) process.kill(pid, 'SIGKILL');
    await untilNoProcess();
  });
  after(() => rm(dataDir, { recursive: true }));

  /** Settles when everything is up, or when the process has ended instead. */
  async function start(
    command = [process.execPath, '-r', loader, 'embedded/index.ts'],
    changes: NodeJS.ProcessEnv = {},
  ): Promise<Started> {
    const { PATH, HOME } = process.env;
    const child = spawn(command[0]!, command.slice(1), {
      cwd: root,
      env: { PATH, HOME, DATA_DIR: dataDir, ...ports, ...changes },
      detached: true, // a process group, as a shell gives it to a command
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exit = once(child, 'close') as Started['exit'];
    const started: Started = { process: child, output: '', exit };
    const ready = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk: Buffer) => {
          started.output += chunk.toString();
          if (started.output.includes('Ctrl-C stops it')) resolve();
        });
      }
    });
    await Promise.race([ready, exit]);
    return started;
  }

  function status(port: string, pathname: string, password?: string): Promise<number> {
    const credentials = Buffer.from(`admin@localhost:${password}`).toString('base64');
    const headers: Record<string, string> = { accept: 'text/html' };
    if (password !== undefined) headers.authorization = `Basic ${credentials}`;
    const url = `http://127.0.0.1:${port}${pathname}`;
    return fetch(url, { headers, redirect: 'manual' }).then((answer) => answer.status);
  }

  async function administratorsPassword(): Promise<string> {
    const text = await readFile(path.join(dataDir, 'admin-credentials.txt'), 'utf8');
    return text.split('\n')[1]!;
  }

  async function environment(name: string): Promise<Record<string, string | undefined>> {
    return parseEnv(await readFile(path.join(dataDir, `${name}.env`), 'utf8'));
  }

  async function ourProcesses(): Promise<number[]> {
    const found: number[] = [];
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
      const read = (file: string) => readFile(`/proc/${name}/${file}`, 'utf8').catch(() => '');
      const traces = (await read('cmdline')) + (await read('environ'));
      if (traces.includes(dataDir)) found.push(Number(name));
    }
    return found;
  }

  /** Answers after how many milliseconds the last process was gone. */
  async function untilNoProcess(): Promise<number> {
    const since = Date.now();
    while ((await ourProcesses()).length > 0) {
      if (Date.now() - since > 10_000) throw new Error('Processes are left over');
      await sleep(50);
    }
    return Date.now() - since;
  }

  before(function () {
    if (!existsSync('/proc/self/environ')) this.skip(); // what is left over is seen there
  });

  it('serves the form, the internal pages and the inbox, and prints where they are', async () => {
    const { output } = await start();
    for (const port of Object.values(ports)) expect(output).to.include(`http://localhost:${port}`);
    const password = await administratorsPassword();
    expect(output).to.include(`admin@localhost with ${password}`);
    expect(await status(ports.PUBLIC_PORT, '/')).to.equal(200);
    expect(await status(ports.INTERNAL_PORT, '/leads')).to.equal(401);
    expect(await status(ports.INTERNAL_PORT, '/leads', password)).to.equal(200);
    expect(await status(ports.INBOX_PORT, '/')).to.equal(200);
  });

  it('lets nobody else read what it keeps', async () => {
    const secrets = ['admin-credentials.txt', 'owner.env', 'public.env', 'internal.env'];
    for (const name of secrets) {
      expect((await stat(path.join(dataDir, name))).mode & 0o777, name).to.equal(0o600);
    }
    for (const name of ['inbox', 'logs', 'resumes', 'postgres']) {
      expect((await stat(path.join(dataDir, name))).mode & 0o777, name).to.equal(0o700);
    }
  });

  it('stops everything at Ctrl-C within five seconds', async () => {
    const { process: starter, exit } = await start();
    const since = Date.now();
    process.kill(-starter.pid!, 'SIGINT');
    await sleep(50);
    process.kill(-starter.pid!, 'SIGINT'); // npm sends it again
    expect(await exit).to.deep.equal([0, null]);
    await untilNoProcess();
    expect(Date.now() - since).to.be.below(5000);
  });

  it('leaves nothing running when it is killed, and starts again at once with its data', async () => {
    const first = await start();
    first.process.kill('SIGKILL');
    const second = await start();
    expect(second.output).to.include(`http://localhost:${ports.PUBLIC_PORT}`);
    expect(second.output).to.include('admin-credentials.txt').and.not.to.include('Sign in as');
    const password = await administratorsPassword();
    expect(await status(ports.INTERNAL_PORT, '/leads', password)).to.equal(200);
    second.process.kill('SIGKILL');
    expect(await untilNoProcess()).to.be.below(10_000);
  });

  it('ends when npm is killed', async () => {
    const { process: npm } = await start(['npm', 'start']);
    npm.kill('SIGKILL');
    expect(await untilNoProcess()).to.be.below(10_000);
  });

  it('refuses a second start in the same folder', async () => {
    await start();
    const second = await start();
    expect(second.output).to.match(/is in use by another start \(process \d+\)/);
    expect(await second.exit).to.deep.equal([1, null]);
    expect(await status(ports.PUBLIC_PORT, '/')).to.equal(200);
  });

  for (const variable of ['PUBLIC_PORT', 'INTERNAL_PORT', 'INBOX_PORT'] as const) {
    it(`names ${variable} when that port is taken, and starts nothing`, async () => {
      const squatter = createServer().listen(Number(ports[variable]), '127.0.0.1');
      await once(squatter, 'listening');
      const { output, exit } = await start();
      squatter.close();
      expect(output).to.include(`set ${variable} to another`);
      expect(await exit).to.deep.equal([1, null]);
      expect(await ourProcesses()).to.deep.equal([]);
    });
  }

  it('says what a server said that cannot start', async () => {
    const { output, exit } = await start(undefined, { RATE_LIMIT_MAX: 'many' });
    expect(output).to.include('The public server ended (1)').and.to.include('RATE_LIMIT_MAX');
    expect(await exit).to.deep.equal([1, null]);
    await untilNoProcess();
  });

  it('stops everything when a server dies, and says which', async () => {
    const started = await start();
    for (const pid of await ourProcesses()) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
      if (command.includes('internal-server')) process.kill(pid, 'SIGKILL');
    }
    expect(await started.exit).to.deep.equal([1, null]);
    expect(started.output).to.include('The internal server ended (SIGKILL)');
    await untilNoProcess();
  });

  it('hands each server its own variables alone', async () => {
    await start(undefined, {
      RATE_LIMIT_MAX: '7',
      FIRM_NAME: "Ann's Firm",
      ACK_MAX_PER_HOUR: '9',
      DATABASE_URL: 'postgres://elsewhere.test/x',
    });
    const environments: Record<string, string> = {};
    for (const pid of await ourProcesses()) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
      const name = /(public|internal)-server/.exec(command)?.[1];
      if (name) environments[name] = await readFile(`/proc/${pid}/environ`, 'utf8');
    }
    const internal = environments.internal!.split('\0');
    const facing = environments.public!.split('\0');
    expect(facing).to.include.members(['RATE_LIMIT_MAX=7', "FIRM_NAME=Ann's Firm"]);
    expect(internal).to.include.members(['ACK_MAX_PER_HOUR=9', "FIRM_NAME=Ann's Firm"]);
    const namesOf = (lines: string[]) => lines.map((line) => line.split('=')[0]);
    expect(namesOf(internal)).not.to.include.members(['RATE_LIMIT_MAX']);
    expect(namesOf(facing)).not.to.include('SMTP_URL').and.not.to.include('ATTORNEY_EMAILS');
    expect(facing).to.include(`DATABASE_URL=${(await environment('public')).DATABASE_URL}`);
    expect(internal).to.include(`DATABASE_URL=${(await environment('internal')).DATABASE_URL}`);
    expect((await environment('internal')).DATABASE_URL).to.include('//internal_server:');
    expect((await environment('public')).DATABASE_URL).to.include('//public_server:');
  });

  it('brings no inbox when there is a mail server', async () => {
    const { output } = await start(undefined, {
      SMTP_URL: 'smtp://127.0.0.1:9',
      MAIL_FROM: 'intake@firm.test',
      ATTORNEY_EMAILS: 'ann@firm.test',
    });
    expect(output).to.include('none: mail goes to SMTP_URL');
    expect(await status(ports.INBOX_PORT, '/').catch(() => 'refused')).to.equal('refused');
    expect((await environment('internal')).SMTP_URL).to.equal('smtp://127.0.0.1:9');
  });
});
