import { expect } from 'chai';
import { startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

describe('sameOrigin', () => {
  let fixture: InternalFixture;
  let id: string;

  before(async () => {
    fixture = await startInternalApp();
  });

  beforeEach(async () => {
    ({ id } = await fixture.addLead());
  });

  after(async () => {
    await fixture.close();
  });

  for (const [name, headers, status] of [
    ['the same origin', { 'Sec-Fetch-Site': 'same-origin' }, 303],
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['a sibling host', { 'Sec-Fetch-Site': 'same-site' }, 403],
    [
      'the base URL, where the browser sends Origin only',
      { Origin: 'http://desk.example:3001' },
      303,
    ],
    ['another origin', { Origin: 'http://evil.example' }, 403],
    ['an opaque origin', { Origin: 'null' }, 403],
    [
      'another site that claims the right origin',
      { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://desk.example:3001' },
      403,
    ],
    ['a program, which sends neither', {}, 303],
  ] as const) {
    it(`returns ${status} for a change from ${name}`, async () => {
      expect((await fixture.post(`/leads/${id}/reached-out`).set(headers)).status).to.equal(status);
      const { state } = await fixture
        .owner('leads')
        .where({ id })
        .first<{ state: string }>('state');
      expect(state).to.equal(status === 303 ? 'REACHED_OUT' : 'PENDING');
    });
  }

  it('allows no change by GET', async () => {
    expect((await fixture.get(`/leads/${id}/reached-out`)).status).to.equal(405);
  });
});
