import { expect } from 'chai';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryFolder } from '../../support/process/postgres';
import type { DataZone } from './data-zone';
import { addresses, createZones, readJson, removeZones, startIn, whyNoZones } from './network';

/** What was tried, and what came back. */
type Finding = string[];

const internalPort = '3001';
const smtpPort = '2525';
const CREDENTIALS = 'ann@firm.example:a long password of Ann';

describe('the network zones', () => {
  const children: ChildProcess[] = [];
  let folder: string;
  let zone: DataZone | undefined;
  let publicServer: ChildProcess;

  before(async function () {
    const reason = whyNoZones();
    if (reason) {
      if (process.env.CI) throw new Error(`In CI this must run: ${reason}`);
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    this.timeout(120_000);
    folder = await temporaryFolder();
    createZones();
    zone = await readJson<DataZone>(
      start('data', 'test/servers/zones/data-zone.ts', { CREDENTIALS }),
    )();
    const smtpUrl = `smtp://intake:smtp-secret@${addresses.internal.own}:${smtpPort}`;
    const mail = { SMTP_URL: smtpUrl, MAIL_FROM: 'a@b.example', ATTORNEY_EMAILS: 'c@d.example' };
    await listening(start('internal', 'test/servers/zones/smtp-zone.ts', { PORT: smtpPort }));
    await listening(startServer('internal', internalPort, mail));
    publicServer = startServer('public', '3000', {});
    await listening(publicServer);
  });

  after(async () => {
    for (const child of children.reverse()) await stop(child);
    if (!zone) return;
    removeZones();
    rmSync(folder, { recursive: true });
  });

  function start(...args: Parameters<typeof startIn>): ChildProcess {
    const child = startIn(...args);
    children.push(child);
    return child;
  }

  function startServer(name: 'public' | 'internal', port: string, more: Record<string, string>) {
    return start(name, `${name}-server/index.ts`, {
      DATABASE_URL: (name === 'public' ? zone?.publicUrl : zone?.internalUrl) ?? '',
      HOST: addresses[name].own,
      PORT: port,
      TMPDIR: folder,
      ...(name === 'public' ? zone?.publicStorage : zone?.internalStorage),
      ...more,
    });
  }

  it('give nothing away to an attacker who has taken over the public server', async () => {
    const targets = {
      serverPid: String(publicServer.pid),
      internalHost: addresses.internal.own,
      internalPort,
      smtpPort,
      secrets: ['owner-secret', 'internal-secret', 'smtp-secret'],
    };
    const attack = start('public', 'test/servers/zones/attack.ts', {
      TARGETS: JSON.stringify(targets),
    });
    const { findings } = await readJson<{ findings: Finding[] }>(attack)();
    expect(findings).to.deep.equal(documented('| tried from the public zone | what came back |'));
  });

  it('keep the internal server at work while that attacker tries to stop it', async function () {
    this.timeout(300_000);
    const work = start('internal', 'test/servers/zones/internal-work.ts', {
      API_URL: `http://${addresses.internal.own}:${internalPort}`,
      DATABASE_URL: zone?.internalUrl ?? '',
      CREDENTIALS,
    });
    const nextOutcome = readJson<{ outcome: string }>(work);
    const siege = start('public', 'test/servers/zones/siege.ts', {
      DATABASE_URL: zone?.publicUrl ?? '',
    });
    const nextLine = readJson<{ peak: string } & { finding: [string, string] }>(siege);

    const expected = documented(
      '| tried with the public login | what came back | the internal server |',
    );
    const findings: Finding[] = [];
    for (const [index] of expected.entries()) {
      const { peak } = await nextLine();
      work.stdin?.write('\n');
      const { outcome } = await nextOutcome();
      siege.stdin?.write('\n');
      const { finding } = await nextLine();
      expect(finding[0], `row ${index}`).to.equal(peak);
      findings.push([...finding, outcome]);
    }
    expect(findings).to.deep.equal(expected);
    expect((await once(siege, 'exit'))[0], 'more was tried than is documented').to.equal(0);
  });
});

async function listening(child: ChildProcess): Promise<void> {
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line.includes('"listening"')) return;
  }
  throw new Error('the process ended before it listened');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.stdin?.end();
  if (!child.spawnargs.some((argument) => argument.includes('data-zone'))) child.kill('SIGTERM');
  await ended;
}

/** The whole table with this head in docs/security.md. */
function documented(head: string): Finding[] {
  const text = readFileSync(path.join(__dirname, '../../../docs/security.md'), 'utf8');
  const [, rest = ''] = text.split(head);
  const [table = ''] = rest.split('\n\n');
  return table
    .split('\n')
    .filter((line) => /^\| [^-]/.test(line))
    .map((line) => line.slice(2, -2).split(' | '));
}
