import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import supertest from 'supertest';
import type { Account } from '../../../common/accounts/repository';
import { auditGroups } from '../../../common/audit/actions';
import { routesOf } from '../../support/api/contract';
import {
  addAccount,
  addTargets,
  requestTo,
  type Targets,
} from '../../support/apps/change-requests';
import { password, startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

interface Recorded {
  actor: string;
  action: string;
  lead_id: string | null;
  details: Record<string, unknown>;
}

/** The two columns of the table under the heading that ends like this, without its head. */
async function tableOf(heading: string): Promise<Record<string, string>> {
  const document = path.join(__dirname, '../../../docs/security.md');
  const [, section = ''] = (await readFile(document, 'utf8')).split(`${heading}\n`);
  const rows = section.split(/^#/m)[0]!.matchAll(/^\| (.+?) \| (.+?) \|$/gm);
  const cells = [...rows].map(([, left, right]) => [left!, right!.replaceAll('`', '')] as const);
  return Object.fromEntries(
    cells.slice(1).map(([left, right]) => [left.replaceAll('`', ''), right]),
  );
}

/** As the document writes it: the actions, each with the names of what is kept beside them. */
function written(events: Recorded[]): string {
  const each = events.map(({ action, lead_id, details }) => {
    const names = [...(lead_id === null ? [] : ['lead']), ...Object.keys(details).sort()];
    return names.length === 0 ? action : `${action} (${names.join(', ')})`;
  });
  return [...new Set(each)].join('; ') || 'nothing';
}

describe('what is recorded', () => {
  let fixture: InternalFixture;
  let targets: Targets;

  beforeEach(async () => {
    fixture = await startInternalApp();
    targets = await addTargets(fixture);
    const everybody = [fixture.admin, fixture.ann, fixture.bob];
    await Promise.all(everybody.map((account) => fixture.get('/account', account)));
    await fixture.owner('audit_events').delete();
  });

  afterEach(async () => {
    await fixture.close();
  });

  const events = () => fixture.owner('audit_events').orderBy('id').select<Recorded[]>();
  const as = (account: Account, request: supertest.Test) => request.auth(account.email, password);
  const ask = (route: string, account: Account) => as(account, requestTo(route, fixture, targets));

  /** Failed sign-ins are recorded beside the response. */
  async function settled(): Promise<void> {
    const pool = (fixture.db.client as { pool: Record<string, () => number> }).pool;
    while (pool.numUsed!() + pool.numPendingAcquires!() > 0) await setTimeout(5);
  }

  async function recordedBy(...requests: supertest.Test[]): Promise<string> {
    await fixture.refusals.stop(); // so that the next refusal is the first of its kind
    await fixture.owner('audit_events').delete();
    for (const request of requests) await request;
    await settled();
    const recorded = await events();
    for (const { details } of recorded) {
      if ('network' in details) expect(details.network).to.match(/^[\w-]{22}$/); // a hash
    }
    return written(recorded);
  }

  it('is what docs/security.md says of each route of the router', async () => {
    const found: Record<string, string> = {};
    for (const route of routesOf(fixture.app)) {
      if (!route.startsWith('GET ')) targets = await addTargets(fixture);
      const before = await events();
      expect((await ask(route, fixture.admin)).status, route).to.be.below(400);
      found[route] = written((await events()).slice(before.length));
    }
    expect(found).to.deep.equal(await tableOf('### What each route records'));
  });

  it('is what docs/security.md says of everything else', async () => {
    const { app, admin, ann } = fixture;
    const at = (url: string) => supertest(app.callback()).get(url);
    const disabled = await addAccount(fixture, { isActive: false });
    const form = (route: string, fields: Record<string, string>) =>
      ask(route, admin).send(fields).expect(422);
    const guess = (count: number) =>
      Array.from({ length: count }, (_, i) => at('/leads').auth(ann.email, `wrong ${i}`));
    const dora = await addAccount(fixture);
    const newcomer = () => at('/account').auth(dora.email, password);
    const everyFilter = `state=PENDING&q=Moreno&assigned=${ann.id}&flagged=true&from=2026-01-01&to=2026-12-31&overdue=true&unopened=true`;

    const several = (fields: Record<string, string>) =>
      as(admin, supertest(app.callback()).post('/leads/bulk'))
        .type('form')
        .send(fields)
        .expect(200);

    const requests: Record<string, () => supertest.Test[]> = {
      'a sign-in, the first of a day and network': () => [newcomer(), newcomer()],
      'a wrong password': () => guess(1),
      'the password of a disabled account': () => [at('/leads').auth(disabled.email, password)],
      'a name that is no account': () => [at('/leads').auth('Eve@firm.example', 'Eve’s')],
      'a token that is unknown, expired or revoked': () => [
        at('/api/leads').set('Authorization', 'Bearer lead_Eve'),
      ],
      'too many failures': () => guess(12).slice(10),
      'a route that the account may not use, or any other 403': () => [ask('GET /audit', ann)],
      'a change that another site made the browser send': () => [
        ask('POST /leads/:id/notes', ann).set('Sec-Fetch-Site', 'cross-site'),
      ],
      'no credentials, as browsers ask the first time': () => [at('/leads')],
      "a lead's page that comes back with an error": () => [
        form('POST /leads/:id/notes', { text: '' }),
        form('POST /leads/:id/reopen', { reason: '' }),
        form('POST /leads/:id/delete', { confirm: '' }),
        form('POST /leads/:id/assign', { account: disabled.id }),
      ],
      'the outbox that comes back with an error': () => [
        ask('POST /outbox/resend', admin).expect(409),
      ],
      'the accounts that come back with an error': () => [
        form('POST /accounts', { email: '' }),
        form('POST /accounts/:id/role', { role: 'x' }),
        form('POST /accounts/:id/password', { password: 'short' }),
      ],
      'a lead that was marked as reached out already, by the API': () => [
        ask('PATCH /api/leads/:id', admin),
      ],
      'several leads that a change does not change': () => [ask('POST /leads/reached-out', admin)],
      "a resume that is shown in the lead's page (for=view)": () => [
        as(ann, at(`/leads/${targets.waiting}/resume?for=view`)),
      ],
      'several leads, assigned, marked as not spam and deleted at once': () => [
        several({ action: 'assign', account: ann.id, ids: targets.waiting }),
        several({ action: 'not-spam', ids: targets.flagged }),
        several({ action: 'delete', confirm: '1', ids: targets.waiting }),
      ],
      'the deletion of several leads, before their number is confirmed': () => [
        several({ action: 'delete', ids: targets.reachedOut }),
      ],
      'an export with every filter': () => [as(ann, at(`/leads.csv?${everyFilter}`))],
    };
    const prepare: Record<string, () => Promise<unknown>> = {
      'too many failures': async () => {
        for (const one of guess(10)) await one;
      },
      'the outbox that comes back with an error': () =>
        fixture.owner('outbox').where({ state: 'FAILED' }).update({ state: 'DISMISSED' }),
      'a lead that was marked as reached out already, by the API': () =>
        ask('PATCH /api/leads/:id', admin),
      'several leads that a change does not change': () => ask('PATCH /api/leads/:id', admin),
    };
    const found: Record<string, string> = {};
    for (const [name, build] of Object.entries(requests)) {
      await prepare[name]?.();
      found[name] = await recordedBy(...build());
    }
    expect(found).to.deep.equal(await tableOf('### What else is recorded'));
    const kept = JSON.stringify(await fixture.owner('audit_events'));
    expect(kept).to.not.match(/eve|moreno|127\.0\.0\.1/i);
  });

  it('is kept, unless docs/security.md says that it is deleted when it is old', async () => {
    const table = await tableOf('### What is deleted');
    const { reads, signIns, changes } = auditGroups;
    expect(table).to.deep.equal({
      [[...reads, ...signIns].join(', ')]: 'yes, with AUDIT_RETAIN_DAYS',
      [changes.join(', ')]: 'never',
    });
  });

  it('is needed for a read: without it, nothing is shown', async () => {
    const lead = await fixture.addLead({ lastName: 'Moreno' });
    await fixture.owner.raw('revoke insert on audit_events from lead_internal');
    for (const url of [
      '/leads',
      '/leads.csv',
      `/leads/${lead.id}`,
      `/leads/${lead.id}/resume`,
      '/outbox',
      '/storage',
      '/accounts',
      '/audit',
      '/api/leads',
      `/api/leads/${lead.id}`,
      `/api/leads/${lead.id}/resume`,
      `/api/leads/${lead.id}/notes`,
      '/api/outbox',
      '/api/accounts',
    ]) {
      const { status, text } = await fixture.get(url, fixture.admin);
      expect(status, url).to.equal(500);
      expect(text).to.not.match(/moreno|bob@/i);
    }
  });

  it('answers a wrong password although it cannot be recorded, and records it later', async () => {
    const wrong = () => supertest(fixture.app.callback()).get('/leads').auth('eve@x.example', 'x');
    await fixture.owner.raw('revoke insert on audit_events from lead_internal');
    expect((await wrong()).status).to.equal(401);
    expect((await wrong()).status).to.equal(401);
    expect((await fixture.get('/audit')).status).to.equal(403);
    await fixture.owner.raw('grant insert on audit_events to lead_internal');
    await fixture.refusals.stop();
    const kept = (await events()).map(({ action, details }) => [action, details.count]);
    expect(kept).to.deep.equal([
      ['SIGN_IN_FAILED', 2],
      ['ACCESS_DENIED', undefined],
    ]);
  });
});
