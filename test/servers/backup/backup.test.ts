import { expect } from 'chai';
import type { Knex } from 'knex';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase } from '../../../common/database/connect';
import { freePort } from '../../../embedded/ports';
import { needsDebianPostgres, startDebianPostgres } from '../../support/process/debian-postgres';
import { minimalPdf } from '../../support/apps/public-app';
import { submissionForm } from '../../support/apps/submission-form';
import { rejection } from '../../support/rejection';
import { startServer, type ServerProcess } from '../../support/process/server-process';
import { startSmtp, type TestSmtp } from '../../support/smtp/server';
import { runDocumented, runInShell } from './commands';
import { noLimits } from '../../support/process/no-limits';

const passwords = {
  OWNER_PASSWORD: 'owner',
  PUBLIC_PASSWORD: 'public',
  INTERNAL_PASSWORD: 'inner',
};
const tables = ['leads', 'outbox', 'accounts', 'api_tokens', 'notes', 'audit_events'];
const admin = {
  email: 'ann@firm.example',
  temporaryPassword: 'tulip canoe orbit',
  password: 'a password to restore',
};
const basic = (password: string) => `Basic ${btoa(`${admin.email}:${password}`)}`;
const authorization = basic(admin.password);

describe('backup and restore, as docs/operations.md shows them', function () {
  this.timeout(180_000);
  needsDebianPostgres();

  let folder: string;
  let smtp: TestSmtp;
  const servers = new Set<ServerProcess>();
  const closers: (() => Promise<unknown>)[] = [];

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lead-intake-backup-'));
    smtp = await startSmtp();
    closers.push(
      () => rm(folder, { recursive: true }),
      () => smtp.stop(),
    );
  });

  after(async () => {
    await stopAll();
    for (const close of closers.reverse()) await close();
  });

  /** A cluster, and the variables with which commands and servers use it. */
  async function place(name: string) {
    const cluster = await startDebianPostgres();
    closers.push(() => cluster.stop());
    return {
      ...cluster.env,
      ...passwords,
      BACKUP: path.join(folder, 'backup'),
      RESUME_DIR: path.join(folder, name),
      MIGRATION_DATABASE_URL: cluster.url('lead_owner', 'owner', 'lead_intake'),
      DATABASE_URL: cluster.url('internal_server', 'inner', 'lead_intake'),
      PUBLIC_DATABASE_URL: cluster.url('public_server', 'public', 'lead_intake'),
    };
  }
  type Place = Awaited<ReturnType<typeof place>>;

  async function start(name: 'public' | 'internal', at: Place): Promise<string> {
    const port = String(await freePort());
    const { RESUME_DIR, DATABASE_URL, PUBLIC_DATABASE_URL } = at;
    const own: Record<string, string> =
      name === 'public'
        ? { DATABASE_URL: PUBLIC_DATABASE_URL, ...noLimits }
        : {
            DATABASE_URL,
            SMTP_URL: smtp.url,
            MAIL_FROM: 'intake@firm.example',
            ATTORNEY_EMAILS: 'attorneys@firm.example',
            ACK_MAX_PER_HOUR: '0',
            NOTIFICATION_MAX_PER_HOUR: '0',
          };
    servers.add(await startServer(name, { RESUME_DIR, PORT: port, ...own }));
    return `http://127.0.0.1:${port}`;
  }

  async function stopAll(): Promise<void> {
    for (const server of servers) await server.stop();
    servers.clear();
  }

  async function submit(url: string, n: number): Promise<number> {
    const body = submissionForm({
      last_name: `Lee ${n}`,
      email: `ann${n}@example.com`,
      resume: [minimalPdf, `% ${randomUUID()}\n`],
    });
    const headers = { Accept: 'application/json' };
    return (await fetch(`${url}/leads`, { method: 'POST', body, headers })).status;
  }

  /** All rows of all tables as text, keyed by table and id. */
  async function rowsOf(db: Knex): Promise<Map<string, string>> {
    const rows = new Map<string, string>();
    for (const table of tables) {
      const { rows: found } = await db.raw<{ rows: { id: string; row: string }[] }>(
        'select id::text, to_jsonb(t)::text as row from ?? as t',
        [table],
      );
      for (const { id, row } of found) rows.set(`${table} ${id}`, row);
    }
    return rows;
  }

  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    for (let tries = 0; !(await holds()); tries++) {
      if (tries > 600) throw new Error('the condition was not met in time');
      await sleep(50);
    }
  }

  const ask = (url: string, method = 'GET', body?: string) =>
    fetch(url, {
      method,
      headers: { Authorization: authorization, 'Content-Type': 'application/json' },
      ...(body && { body }),
    });

  /** The command line's password is temporary. */
  async function choosePassword(internalUrl: string): Promise<void> {
    const headers = {
      Authorization: basic(admin.temporaryPassword),
      'Content-Type': 'application/json',
    };
    const refused = await fetch(`${internalUrl}/api/me`, { headers });
    const [own = ''] = /\/api\/accounts\/\S+/.exec(await refused.text()) ?? [];
    const body = { current_password: admin.temporaryPassword, password: admin.password };
    const changed = await fetch(internalUrl + own, {
      method: 'PATCH',
      headers,
      body: JSON.stringify(body),
    });
    expect([refused.status, changed.status]).to.deep.equal([403, 200]);
  }

  it('brings back every row and file of a system that was backed up while in use', async () => {
    const old = await place('old');
    await runInShell(
      'createdb --template=template0 --encoding=UTF8 lead_intake; psql -q -d lead_intake -f deploy/logins.sql; npm run --silent migrate',
      old,
    );
    await runInShell(
      `npm run --silent accounts -- create --email ${admin.email} --name Ann --role ADMIN`,
      { ...old, NEW_PASSWORD: admin.temporaryPassword },
    );
    const publicUrl = await start('public', old);
    const internalUrl = await start('internal', old);
    await choosePassword(internalUrl);
    for (let n = 0; n < 20; n++) expect(await submit(publicUrl, n)).to.equal(201);
    await until(() => smtp.emails.length === 40);
    const { items } = (await (await ask(`${internalUrl}/api/leads`)).json()) as {
      items: { id: string }[];
    };
    const lead = `${internalUrl}/api/leads/${items[0]!.id}`;
    await ask(lead, 'PATCH', JSON.stringify({ state: 'REACHED_OUT' }));
    await ask(`${lead}/notes`, 'POST', JSON.stringify({ text: 'Called back.' }));

    // The system goes on accepting leads while it is backed up.
    const backedUp = new AbortController();
    const busy = (async () => {
      for (let n = 100; !backedUp.signal.aborted; n++) await submit(publicUrl, n);
    })();
    await runDocumented('backup', old);
    backedUp.abort();
    await busy;
    await stopAll();
    const source = createDatabase(old.MIGRATION_DATABASE_URL);
    const before = await rowsOf(source);
    await source.destroy();

    const fresh = await place('fresh');
    await runDocumented('restore', fresh);
    const report = await runDocumented('reconcile', fresh);
    expect(report).to.include('Already up to date.');

    const owner = createDatabase(fresh.MIGRATION_DATABASE_URL);
    const restored = await rowsOf(owner);
    const leads = (await owner('leads').select('*')) as Record<string, string>[];
    expect(leads.length).to.be.at.least(20);
    for (const { resume_key, resume_sha256 } of leads) {
      const bytes = await readFile(path.join(fresh.RESUME_DIR, resume_key!));
      expect(createHash('sha256').update(bytes).digest('hex')).to.equal(resume_sha256);
    }
    // The dump lacks what later deliveries changed; everything else is as it was.
    const settled = [...restored].filter(([, row]) => !/"state": "QUEUED"|last_seen_at/.test(row));
    expect(settled.length).to.be.above(100);
    for (const [id, row] of settled) expect(row, id).to.equal(before.get(id));

    // Both servers accept the privileges of their logins, and work.
    smtp.emails.length = 0;
    const freshPublic = await start('public', fresh);
    const freshInternal = await start('internal', fresh);
    expect(await submit(freshPublic, 999)).to.equal(201);
    const answer = await ask(`${freshInternal}/api/leads/${items[0]!.id}`);
    expect(await answer.json()).to.include({ state: 'REACHED_OUT' });
    const left = () => owner('outbox').where({ state: 'QUEUED' }).first();
    await until(async () => (await left()) === undefined);
    const again = smtp.emails.flatMap(({ recipients }) => recipients);
    expect(again).to.include('ann999@example.com').and.not.include('ann0@example.com');
    await stopAll();

    // The comparison finds what a restore may have lost.
    await truncate(path.join(fresh.RESUME_DIR, leads[0]!.resume_key!), 10);
    await rm(path.join(fresh.RESUME_DIR, leads[1]!.resume_key!));
    const problem = (await rejection(runDocumented('reconcile', fresh))) as { code?: number };
    expect(problem.code).to.equal(1);
    await owner.destroy();
  });
});
