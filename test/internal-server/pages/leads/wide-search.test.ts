import { expect } from 'chai';
import type { Lead } from '../../../../common/leads/lead';
import { countedAtMost, type LeadPage } from '../../../../common/leads/list';
import type { LeadRepository } from '../../../../common/leads/repository';
import { startInternalApp, type InternalFixture } from '../../../support/apps/internal-app';

const lead: Lead = {
  id: '1a2b3c4d-0000-4000-8000-000000000000',
  firstName: 'Carla',
  lastName: 'Moreno',
  email: 'carla@example.com',
  flaggedReason: null,
  resume: { key: 'resumes/x', filename: 'cv.pdf', type: 'pdf', bytes: 1, sha256: '0' },
  state: 'PENDING',
  createdAt: new Date(),
  updatedAt: new Date(),
  reachedOutAt: null,
  reachedOutBy: null,
  assignedTo: null,
  openedAt: null,
};
const page: LeadPage = {
  items: [lead],
  next: null,
  prev: null,
  total: countedAtMost,
  totalIsExact: false,
  isWide: false,
};

describe('GET /leads with a search', () => {
  let fixture: InternalFixture;

  afterEach(() => fixture.close());

  async function listOf(found: LeadPage): Promise<string> {
    const leads = {
      list: () => Promise.resolve(found),
      find: () => Promise.resolve(undefined),
      countEach: () => Promise.resolve({}),
    } as unknown as LeadRepository;
    fixture = await startInternalApp({ leads });
    return (await fixture.get('/leads?q=a&sort=last_name')).text;
  }

  it('asks for another word, and offers no order, where more than 10,000 match', async () => {
    const text = await listOf({ ...page, isWide: true });
    expect(text).to.include('More than 10,000 match. Add a word.').and.include('Carla Moreno');
    expect(text)
      .to.not.match(/<th[^>]*>\s*<a/)
      .and.not.include('aria-sort');
  });

  it('offers an order by each column that sorts otherwise', async () => {
    const text = await listOf(page);
    expect(text).to.include('10,000+ leads').and.not.include('Add a word');
    expect(text.match(/<th[^>]*>\s*<a href="\/leads\?q=a&amp;sort=/g)).to.have.length(2);
    expect(text).to.include('aria-sort="ascending"');
  });
});
