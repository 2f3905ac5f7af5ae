import { expect } from 'chai';
import { startInternalApp, type InternalFixture } from '../../../support/apps/internal-app';

describe('GET /leads/:id within a view', () => {
  let fixture: InternalFixture;
  let ids: string[];

  beforeEach(async () => {
    fixture = await startInternalApp();
    ids = [];
    for (const lastName of ['One', 'Two', 'Three']) {
      ids.push((await fixture.addLead({ lastName })).id);
    }
  });

  afterEach(async () => {
    await fixture.close();
  });

  const linksOf = async (url: string, as = fixture.ann) => {
    const { status, text } = await fixture.get(url, as);
    expect(status, url).to.equal(200);
    const [, navigation = ''] = /<nav class="around[^>]*>([^]*?)<\/nav>/.exec(text) ?? [];
    return [...navigation.matchAll(/<a [^>]*?href="([^"]*)"[^>]*>([^<]*)|<span[^>]*>([^<]*)/g)].map(
      ([, href, label, said]) => said ?? `${label!}: ${href!.replaceAll('&amp;', '&')}`,
    );
  };

  it('leads to its neighbours and back to its row, with the view', async () => {
    const [one, two, three] = ids as [string, string, string];
    expect(await linksOf(`/leads/${two}?q=carla&sort=created_at`)).to.deep.equal([
      `Back to the search: /leads?q=carla&sort=created_at#lead-${two}`,
      `Previous: /leads/${one}?q=carla&sort=created_at`,
      `Next: /leads/${three}?q=carla&sort=created_at`,
    ]);
  });

  it('says where the view begins and ends', async () => {
    const [one] = ids as [string];
    await fixture.owner('leads').whereNot({ id: one }).delete();
    expect(await linksOf(`/leads/${one}?state=PENDING`)).to.deep.equal([
      `Back to waiting leads: /leads#lead-${one}`,
      'First of this view',
      'Last of this view',
    ]);
  });

  for (const query of [
    'state=LOST',
    'limit=0',
    'after=x',
    'wrong=1',
    'q=a&q=b',
    'state[]=PENDING',
  ]) {
    it(`shows the lead although ${query} is no view`, async () => {
      const [back] = await linksOf(`/leads/${ids[0]!}?${query}`);
      expect(back).to.match(/: \/leads#lead-/);
      const answer = await fixture.post(`/leads/${ids[0]!}/reached-out?${query}`);
      expect(answer.headers.location).to.equal(`/leads/${ids[0]!}`);
    });
  }

  it('keeps the view through every action', async () => {
    const [one, two] = ids as [string, string];
    const view = '?state=ALL&sort=created_at';
    for (const [action, fields] of [
      ['notes', { text: 'x' }],
      ['assign', { account: fixture.bob.id }],
      ['reached-out', {}],
      ['undo', {}],
    ] as const) {
      const { headers } = await fixture
        .post(`/leads/${one}/${action}${view}`)
        .type('form')
        .send(fields);
      expect(headers.location, action).to.equal(`/leads/${one}${view}`);
    }
    const next = await fixture
      .post(`/leads/${one}/reached-out${view}`)
      .type('form')
      .send({ then: 'next' });
    expect(next.headers.location).to.equal(`/leads/${two}${view}`);
    const again = await fixture
      .post(`/leads/${one}/reached-out${view}`)
      .type('form')
      .send({ then: 'next' });
    expect(again.headers.location).to.equal(`/leads/${two}${view}`); // a double click
  });

  it('goes on from where the lead stood, in a view that sorts by state as well', async () => {
    const [one, two] = ids as [string, string];
    for (let i = 0; i < 2; i++) {
      const { headers } = await fixture
        .post(`/leads/${one}/reached-out`)
        .type('form')
        .send({ then: 'next' });
      expect(headers.location).to.equal(`/leads/${two}`);
    }
  });

  it('ends on the list, with a notice, after the last one', async () => {
    const answer = await fixture
      .post(`/leads/${ids[2]!}/reached-out?state=PENDING`)
      .type('form')
      .send({ then: 'next' });
    expect(answer.headers.location).to.equal('/leads'); // the view of no parameter
    expect(String(answer.headers['set-cookie'])).to.include(`flash=REACHED_OUT_LAST.${ids[2]!}`);
  });
});
