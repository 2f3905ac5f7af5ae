import { expect } from 'chai';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { createWorkplace, status, type Workplace } from './workplace';

describe('npm start that fails', function () {
  this.timeout(60_000);
  let place: Workplace;
  before(async function () {
    if (!existsSync('/proc/self/environ')) this.skip(); // what is left over is seen there
    place = await createWorkplace();
  });
  afterEach(() => place.killAll());
  after(() => place.remove());

  /** Returns what a start prints that fails and leaves nothing running. */
  async function refusal(changes: NodeJS.ProcessEnv = {}): Promise<string> {
    const { output, exit } = await place.start(changes);
    expect(await exit).to.deep.equal([1, null]);
    await place.untilNoProcess();
    return output;
  }

  it('refuses a second start in the same folder', async () => {
    await place.start();
    const second = await place.start();
    expect(second.output).to.match(/is in use by another start \(process \d+\)/);
    expect(await second.exit).to.deep.equal([1, null]);
    expect(await status(place.ports.PUBLIC_PORT, '/')).to.equal(200);
  });

  const taken = [
    ['PUBLIC_PORT', '127.0.0.1'],
    ['INTERNAL_PORT', '127.0.0.1'],
    ['INBOX_PORT', '127.0.0.1'],
    ['PUBLIC_PORT', '::1'],
  ] as const;
  for (const [variable, host] of taken) {
    it(`names ${variable} when that port is taken on ${host}, and starts nothing`, async function () {
      if (host === '::1' && !hasLoopback(host)) this.skip();
      const squatter = createServer().listen(Number(place.ports[variable]), host);
      await once(squatter, 'listening');
      const output = await refusal().finally(() => squatter.close());
      expect(output).to.include('is taken by another program');
      expect(output).to.include(`set ${variable} to another`);
    });
  }

  it('names every invalid variable once, including those of the servers, before anything runs', async () => {
    const output = await refusal({
      PUBLIC_PORT: 'abc',
      RATE_LIMIT_MAX: 'many',
      ATTORNEY_EMAILS: 'nobody',
      LOG_LEVEL: 'loud',
      FIRM_DISCLAIMER: 'one line\nand another',
      FIRM_CONTACT: '\'"`',
    });
    const lines = output.trim().split('\n').slice(1);
    expect(lines.map((line) => line.trim().split(/[.:]/)[0]).sort()).to.deep.equal([
      'ATTORNEY_EMAILS',
      'FIRM_CONTACT',
      'FIRM_DISCLAIMER',
      'LOG_LEVEL',
      'PUBLIC_PORT',
      'RATE_LIMIT_MAX',
    ]);
  });

  it('names what SMTP_URL needs, before anything runs', async () => {
    const output = await refusal({ SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'a@firm.test' });
    expect(output).to.include('ATTORNEY_EMAILS: is missing').and.not.to.include('ended');
  });

  for (const folder of ['/proc/lead-intake', '/dev/null/lead-intake', '/proc']) {
    it(`names DATA_DIR at once when that is ${folder}`, async () => {
      expect(await refusal({ DATA_DIR: folder })).to.include(
        `DATA_DIR: ${folder} cannot be created or written`,
      );
    });
  }

  const damages = [
    ['lock', '{', /lock is damaged. If no other start uses this folder, remove that file/],
    ['logs', '', /logs cannot be used \(EEXIST\). Correct it, or set DATA_DIR to another folder/],
    ['postgres/password', '', /password is missing or empty. Restore it/],
    ['postgres/password', 'x', /password does not belong to the database beside it/],
    [
      'postgres/cluster/PG_VERSION',
      '12',
      /The end of .*log:\n.* was last used by another version/s,
    ],
  ] as const;
  for (const [name, content, said] of damages) {
    it(`says what to do when ${name} holds ${JSON.stringify(content)}`, async () => {
      const damaged = path.join(place.dataDir, name);
      if (!existsSync(damaged)) {
        await place.start();
        await place.killAll();
      }
      await rename(damaged, `${damaged}.kept`);
      await writeFile(damaged, content);
      const output = await refusal();
      await rm(damaged);
      await rename(`${damaged}.kept`, damaged);
      expect(output).to.match(said);
    });
  }

  it('prints the log of a server that cannot start', async () => {
    const output = await refusal({ RESUME_DIR: '/dev/null/resumes' });
    expect(output).to.include('server ended (1)').and.to.include('/dev/null/resumes');
  });
});

function hasLoopback(address: string): boolean {
  return Object.values(networkInterfaces()).some((all) =>
    all?.some((each) => each.address === address),
  );
}
