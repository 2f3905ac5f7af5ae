import { expect } from 'chai';
import { ask, tokenOf } from '../../support/api/requests';
import { addTargets, type Targets } from '../../support/apps/change-requests';
import { startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

interface Page {
  items: { id: string }[];
  total: number;
  next: string | null;
}

describe('GET /api/leads and GET /api/outbox', () => {
  let fixture: InternalFixture;
  let targets: Targets;
  let token: string;
  let admin: string;

  before(async () => {
    fixture = await startInternalApp();
    targets = await addTargets(fixture);
    token = await tokenOf(fixture, fixture.ann);
    admin = await tokenOf(fixture, fixture.admin);
  });

  after(async () => {
    await fixture.close();
  });

  const send = (path: string, as = token) => ask(fixture.app, 'get', path, as);
  const page = async (path: string, as = token) => {
    const answer = await send(path, as);
    expect(answer.status, answer.text).to.equal(200);
    return answer.body as Page;
  };

  it('filters leads as the worklist does', async () => {
    const { owner, bob } = fixture;
    const id = targets.waiting;
    await owner('leads')
      .where({ id })
      .update({ assigned_to: bob.id, last_name: 'Ångström', created_at: new Date(0) });
    for (const query of [
      'state=PENDING',
      'state=REACHED_OUT',
      'flagged=true',
      'q=angstrom',
      `q=${id.slice(0, 8)}`,
      'state=ALL',
      `state=ALL&assigned=${bob.id}`,
      'overdue=true',
      'state=ALL&unopened=true',
      'assigned=nobody&state=PENDING',
      'to=2020-01-01',
    ]) {
      const { total, items } = await page(`/api/leads?limit=100&${query}`);
      const html = (await fixture.get(`/leads?limit=100&${query}`)).text;
      const shown = new Set(
        [...html.matchAll(/data-lead href="\/leads\/([0-9a-f-]{36})[?"]/g)].map(([, at]) => at),
      );
      expect(
        items.map((each) => each.id),
        query,
      ).to.have.members([...shown]);
      expect(total, query).to.equal(shown.size);
    }
    const whole = await page('/api/leads');
    expect(whole.total, 'no state: every state').to.equal(
      (await page('/api/leads?state=ALL')).total,
    );
    expect((await page('/api/leads?overdue=true')).items.map((each) => each.id)).to.deep.equal([
      id,
    ]);
    await send(`/api/leads/${id}`);
    const unopened = await page('/api/leads?unopened=true');
    const untouched = await owner('leads')
      .where({ opened_at: null, flagged_reason: null })
      .pluck<string[]>('id');
    expect(untouched).to.not.include(id).and.not.be.empty;
    expect(unopened.items.map((each) => each.id)).to.have.members(untouched);
    expect(unopened.total).to.equal(untouched.length);
    const found = await page('/api/leads?q=angstrom');
    expect(found.items.map((each) => each.id)).to.deep.equal([id]);
  });

  it('takes `me` for the account that asks', async () => {
    await fixture
      .owner('leads')
      .where({ id: targets.flagged })
      .update({ assigned_to: fixture.ann.id });
    const { items } = await page('/api/leads?flagged=true&assigned=me');
    expect(items.map(({ id }) => id)).to.deep.equal([targets.flagged]);
    expect((await page('/api/leads?flagged=true&assigned=me', admin)).items).to.deep.equal([]);
  });

  it('links to the next page by an absolute URL that keeps the parameters', async () => {
    for (const path of ['/api/leads?sort=created_at&q=Carla', '/api/outbox?state=QUEUED']) {
      const first = await page(`${path}&limit=1`, admin);
      const url = new URL(first.next!);
      expect(url.origin + url.pathname).to.equal(`http://desk.example:3001${path.split('?')[0]}`);
      for (const [name, value] of new URLSearchParams(`${path.split('?')[1]}&limit=1`)) {
        expect(url.searchParams.get(name), name).to.equal(value);
      }
      const second = await page(url.pathname + url.search, admin);
      expect(second.items[0]!.id).to.not.equal(first.items[0]!.id);
    }
  });

  it('returns 25 leads unless asked for 1 to 100', async () => {
    for (let i = 0; i < 26; i++) await fixture.addLead();
    expect((await page('/api/leads')).items).to.have.length(25);
    expect((await page('/api/leads?limit=1')).items).to.have.length(1);
    expect((await page('/api/leads?limit=100')).items).to.have.length.above(25);
    for (const limit of ['0', '101', '-1', '1.5', 'x']) {
      expect((await send(`/api/leads?limit=${limit}`)).status, limit).to.equal(400);
    }
  });
});
