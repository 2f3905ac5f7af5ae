import { expect } from 'chai';
import { readdir } from 'node:fs/promises';
import type supertest from 'supertest';
import type { Account } from '../../../common/accounts/repository';
import { auditGroups } from '../../../common/audit/actions';
import { access } from '../../../internal-server/auth/access';
import { routesOf } from '../../support/api/contract';
import {
  addAccount,
  addTargets,
  changeRequests,
  requestTo,
  type Targets,
} from '../../support/apps/change-requests';
import { password, startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

const open = ['GET /healthz', 'GET /readyz'];
const isChange = (route: string) => !route.startsWith('GET ');

const triesMailServer = 'POST /outbox/try-now'; // which stores nothing

describe('access', () => {
  let fixture: InternalFixture;
  let disabled: Account;
  let targets: Targets;

  before(async () => {
    fixture = await startInternalApp();
    disabled = await addAccount(fixture, { isActive: false });
  });

  after(async () => {
    await fixture.close();
  });

  function ask(route: string, as?: Account, headers: Record<string, string> = {}): supertest.Test {
    const request = requestTo(route, fixture, targets).set(headers);
    return as ? request.auth(as.email, password) : request;
  }

  /**
   * Returns every row and file name, without who was seen, read something or was refused, and
   * without what the check of the storage writes while other requests are tried.
   */
  async function stored(): Promise<unknown> {
    const { owner, folder } = fixture;
    const tables = await owner('pg_tables')
      .where({ schemaname: 'public' })
      .whereNotIn('tablename', ['sign_in_networks', 'sign_in_key', 'sweeps', 'resume_problems'])
      .pluck<string[]>('tablename');
    const contents = tables.map((name) =>
      owner(`${name} as t`)
        .modify((rows) => {
          if (name === 'audit_events') void rows.whereIn('action', auditGroups.changes);
        })
        .select(owner.raw("to_jsonb(t) - 'last_seen_at' as row"))
        .orderByRaw('1'),
    );
    return [await Promise.all(contents), (await readdir(folder, { recursive: true })).sort()];
  }

  async function expectRefusal(request: supertest.Test, status: number): Promise<void> {
    const before = await stored();
    expect((await request).status).to.equal(status);
    expect(await stored()).to.deep.equal(before);
  }

  it('has a rule for every route, and no other rule', () => {
    expect(routesOf(fixture.app)).to.have.members([...open, ...Object.keys(access)]);
  });

  it('keeps deletion, outbox, storage, accounts and audit for administrators', () => {
    for (const [route, rule] of Object.entries(access)) {
      const isKept = /\/delete$| (\/api)?\/(outbox|storage|accounts|audit)\b/.test(route);
      const kept = /password|revoke$|^PATCH \/api\/accounts\/:id$/.test(route)
        ? 'ADMIN_OR_SELF'
        : 'ADMIN';
      expect(rule, route).to.equal(isKept ? kept : 'EVERYBODY');
    }
  });

  for (const [route, rule] of Object.entries(access)) {
    describe(route, () => {
      before(async () => {
        targets = await addTargets(fixture);
      });

      it('requires signing in', () => expectRefusal(ask(route), 401));

      it('refuses a disabled account', () => expectRefusal(ask(route, disabled), 401));

      if (rule === 'EVERYBODY') {
        it('serves an attorney', async () => {
          targets = await addTargets(fixture, fixture.ann);
          expect((await ask(route, fixture.ann)).status).to.be.below(400);
        });
      } else {
        it('refuses an attorney', () => expectRefusal(ask(route, fixture.ann), 403));
      }

      it('serves an administrator', async () => {
        targets = await addTargets(fixture);
        const before = await stored();
        expect((await ask(route, fixture.admin)).status).to.be.below(400);
        if (isChange(route) && route !== triesMailServer) {
          expect(await stored()).to.not.deep.equal(before);
        }
      });

      if (!isChange(route)) return;

      for (const [name, headers] of [
        ['another site', { 'Sec-Fetch-Site': 'cross-site' }],
        ['another origin', { Origin: 'http://evil.example' }],
        ['an opaque origin', { Origin: 'null' }],
      ] as const) {
        it(`refuses what ${name} made the browser send`, () =>
          expectRefusal(ask(route, fixture.admin, headers), 403));
      }

      const read = route.replace(/^\w+/, 'GET');
      if (read in access) return;
      it('changes nothing by GET', async () => {
        const before = await stored();
        const url = read
          .slice(4)
          .replace(':id', changeRequests[route]!(targets)[0])
          .replace(':token', targets.token);
        expect((await fixture.get(url, fixture.admin)).status).to.be.oneOf([404, 405]);
        expect(await stored()).to.deep.equal(before);
      });
    });
  }

  it('lets attorneys set their own password, and nobody else’s', async () => {
    const set = (id: string, form: object) =>
      fixture.post(`/accounts/${id}/password`, fixture.ann).type('form').send(form);
    const form = { password: 'a longer secret', repeat: 'a longer secret' };
    await expectRefusal(set(fixture.admin.id, form), 403);
    await expectRefusal(set(fixture.admin.id.toUpperCase(), form), 403);
    expect((await set(fixture.ann.id, { ...form, password: '' })).status).to.equal(422);
  });

  for (const path of [
    '/ACCOUNTS',
    '/accounts/',
    '//accounts',
    '/%61ccounts',
    '/./audit',
    '/audit?x',
  ]) {
    it(`refuses an attorney at the spelling ${path}`, async () => {
      expect((await fixture.get(path, fixture.ann)).status).to.be.oneOf([403, 404]);
    });
  }
});
