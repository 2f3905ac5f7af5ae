import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { lockFolder } from '../../embedded/lock';
import { temporaryFolder } from '../support/process/postgres';

describe('lockFolder', () => {
  let folder: string;
  let holder: ChildProcess;
  beforeEach(async () => {
    folder = await temporaryFolder();
    holder = await lockElsewhere(folder);
  });
  afterEach(async () => {
    holder.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  it('refuses a folder that a running process has locked, and names the process', async () => {
    expect(await refusal()).to.equal(
      `${folder} is in use by another start (process ${holder.pid}).`,
    );
  });

  it('refuses a folder whose holder is suspended', async () => {
    holder.kill('SIGSTOP');
    expect(await refusal()).to.include(
      `${folder} is in use by another start that does not respond`,
    );
  });

  it('lets only one process take over from one that was killed', async () => {
    await killHolder();
    expect(await holdersOf(folder)).to.equal(1);
  });

  it('lets only one process lock a new folder', async () => {
    const fresh = await temporaryFolder();
    expect(await holdersOf(fresh)).to.equal(1);
    expect(await readdir(fresh)).to.deep.equal(['lock']);
    await rm(fresh, { recursive: true });
  });

  it('says what to do when another program has taken its port', async () => {
    await killHolder();
    const lock = path.join(folder, 'lock');
    const { port } = JSON.parse(await readFile(lock, 'utf8')) as { port: number };
    const program = createServer((socket) => socket.end('hello')).listen(port, '127.0.0.1');
    await once(program, 'listening');
    expect(await refusal()).to.include(
      `port ${port} belongs to another program: in that case, remove ${lock}`,
    );
    program.close();
    await rm(lock);
    await lockFolder(folder);
  });

  function refusal(): Promise<string> {
    return lockFolder(folder).then(
      () => 'it is locked now',
      (error: unknown) => (error as Error).message,
    );
  }

  async function killHolder(): Promise<void> {
    holder.kill('SIGKILL');
    await once(holder, 'exit');
  }
});

/** How many of twenty that ask at the same moment get the folder. */
async function holdersOf(folder: string): Promise<number> {
  const asked = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
  return asked.filter(({ status }) => status === 'fulfilled').length;
}

async function lockElsewhere(folder: string): Promise<ChildProcess> {
  const script = `require('./embedded/lock').lockFolder(process.argv[1])
    .then(() => { console.log('locked'); setInterval(() => {}, 1000); })`;
  const options = ['-r', 'ts-node/register/transpile-only', '-e', script, folder];
  const cwd = path.join(__dirname, '../..');
  const holder = spawn(process.execPath, options, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  return holder;
}
