import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { appendFile, cp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from '../support/process/postgres';
import { createWorkplace, status, type Started, type Workplace } from './workplace';

const root = path.join(__dirname, '../..');
const copied = ['common', 'embedded', 'internal-server', 'migrations', 'public-server', 'views'];

describe('npm run dev', function () {
  this.timeout(90_000);
  let place: Workplace;
  let checkout: string; // a copy, because the tests change sources
  let system: Started;
  before(async function () {
    if (!existsSync('/proc/self/environ')) this.skip(); // where processes are found
    place = await createWorkplace();
    checkout = await temporaryFolder();
    for (const name of [...copied, 'knexfile.ts', 'package.json', 'tsconfig.json']) {
      await cp(path.join(root, name), path.join(checkout, name), { recursive: true });
    }
    await symlink(path.join(root, 'node_modules'), path.join(checkout, 'node_modules'));
    const { scripts } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
      scripts: { dev: string };
    };
    const command = scripts.dev.replace(/embedded\/\S+/, (entry) => path.join(checkout, entry));
    system = await place.start({}, ['sh', '-c', command]);
    expect(system.output).to.include('Ctrl-C stops it');
  });
  after(async function () {
    await place.killAll();
    await Promise.all([place.remove(), rm(checkout, { recursive: true })]);
  });

  const source = (name: string) => path.join(checkout, name);
  const touch = (name: string) => appendFile(source(name), '\n');

  /** Settles when that text has been printed `times` times since `from`. */
  async function printed(text: string, from: number, times = 1): Promise<void> {
    const deadline = Date.now() + 40_000;
    while (system.output.slice(from).split(text).length <= times) {
      if (Date.now() > deadline) throw new Error(`not printed: ${text}\n${system.output}`);
      await sleep(50);
    }
  }

  async function pids() {
    return { facing: await place.serverPid('public'), internal: await place.serverPid('internal') };
  }

  it('restarts the public server alone when its sources change', async () => {
    const before = await pids();
    const from = system.output.length;
    await touch('public-server/submissions/routes.ts');
    await printed('The public server has restarted', from);
    const after = await pids();
    expect(after.facing).not.to.equal(before.facing);
    expect(after.internal).to.equal(before.internal);
    expect(await status(place.ports.PUBLIC_PORT, '/')).to.equal(200);
  });

  it('restarts the internal server alone when its sources change', async () => {
    const before = await pids();
    const from = system.output.length;
    await touch('internal-server/static/assets/internal.css');
    await printed('The internal server has restarted', from);
    const after = await pids();
    expect(after.internal).not.to.equal(before.internal);
    expect(after.facing).to.equal(before.facing);
  });

  it('restarts both when what they share changes', async () => {
    const from = system.output.length;
    await touch('common/logger.ts');
    await printed('has restarted', from, 2);
    expect(system.output.slice(from)).to.include('The public server has restarted');
  });

  it('shows the error of a server that cannot start, and waits for the next change', async () => {
    const file = source('public-server/app.ts');
    const working = await readFile(file, 'utf8');
    const from = system.output.length;
    await writeFile(file, `${working}\nconst = broken;\n`);
    await printed('Waiting for a change', from);
    expect(system.output.slice(from)).to.match(/The public server ended.*app\.ts/s);
    expect(await status(place.ports.INTERNAL_PORT, '/healthz')).to.equal(200);
    await writeFile(file, working);
    await printed('The public server has restarted', from);
    expect(await status(place.ports.PUBLIC_PORT, '/')).to.equal(200);
  });

  it('stops everything at Ctrl-C', async () => {
    process.kill(-system.process.pid!, 'SIGINT');
    expect(await system.exit).to.deep.equal([0, null]);
    await place.untilNoProcess();
  });
});
