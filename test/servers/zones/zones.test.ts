import { expect } from 'chai';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryFolder } from '../../support/process/postgres';
import type { Finding } from './attack';
import type { DataZone } from './data-zone';
import { addresses, firstJson, createZones, removeZones, startIn, whyNoZones } from './network';

const internalPort = '3001';
const smtpPort = '2525';

describe('the network zones', () => {
  const children: ChildProcess[] = [];
  let folder: string;
  let zone: DataZone | undefined;

  before(async function () {
    const reason = whyNoZones();
    if (reason) {
      if (process.env.CI) throw new Error(`In CI this must run: ${reason}`);
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    this.timeout(60_000);
    folder = await temporaryFolder();
    createZones();
    const data = start('data', 'test/servers/zones/data-zone.ts', {});
    zone = await firstJson<DataZone>(data);
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
    const smtpUrl = `smtp://intake:smtp-secret@${addresses.internal.own}:${smtpPort}`;
    const mail = { SMTP_URL: smtpUrl, MAIL_FROM: 'a@b.example', ATTORNEY_EMAILS: 'c@d.example' };
    await listening(start('internal', 'test/servers/zones/smtp-zone.ts', { PORT: smtpPort }));
    await listening(startServer('internal', internalPort, mail));
    const server = startServer('public', '3000', {});
    await listening(server);

    const targets = {
      serverPid: String(server.pid),
      internalHost: addresses.internal.own,
      internalPort,
      smtpPort,
      secrets: ['owner-secret', 'internal-secret', 'smtp-secret'],
    };
    const attack = start('public', 'test/servers/zones/attack.ts', {
      TARGETS: JSON.stringify(targets),
    });
    const { findings } = await firstJson<{ findings: Finding[] }>(attack);
    expect(findings).to.deep.equal(documented());
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

/** The whole table of docs/security.md. */
function documented(): Finding[] {
  const text = readFileSync(path.join(__dirname, '../../../docs/security.md'), 'utf8');
  const [, table = ''] = text.split('| tried from the public zone | what came back |');
  return table
    .split('\n')
    .filter((line) => /^\| [^-]/.test(line))
    .map((line) => line.slice(2, -2).split(' | ') as Finding);
}
