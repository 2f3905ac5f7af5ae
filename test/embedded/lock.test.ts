import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { lockFolder } from '../../embedded/lock';
import { temporaryFolder } from '../support/postgres';

describe('lockFolder', () => {
  let folder: string;
  let holder: ChildProcess;
  beforeEach(async () => {
    folder = await temporaryFolder();
    holder = await holdElsewhere(folder);
  });
  afterEach(async () => {
    holder.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  it('refuses a folder that a running process holds, and names the process', async () => {
    const message = await lockFolder(folder).catch((error: unknown) => (error as Error).message);
    expect(message).to.equal(`${folder} is in use by another start (process ${holder.pid}).`);
  });

  it('takes over from a process that was killed', async () => {
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await lockFolder(folder);
  });
});

async function holdElsewhere(folder: string): Promise<ChildProcess> {
  const script = `require('./embedded/lock').lockFolder(process.argv[1])
    .then(() => { console.log('held'); setInterval(() => {}, 1000); })`;
  const options = ['-r', 'ts-node/register/transpile-only', '-e', script, folder];
  const cwd = path.join(__dirname, '../..');
  const holder = spawn(process.execPath, options, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  return holder;
}
