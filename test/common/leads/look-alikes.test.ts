import { expect } from 'chai';
import type { Knex } from 'knex';
import { createDatabase } from '../../../common/database/connect';
import { listLeads } from '../../../common/leads/list';
import { addLead } from '../../support/apps/leads';
import { createTestDatabase, type TestDatabase } from '../../support/process/postgres';
import { lookAlikes } from './look-alike-names';

describe('a search finds what looks the same', () => {
  let database: TestDatabase;
  let db: Knex;
  let owner: Knex;

  before(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.internalUrl);
    owner = createDatabase(database.ownerUrl);
    // So that a name may hold direction marks, as it may where nobody has typed it into the form.
    await owner.raw('alter table leads drop constraint leads_unfit_characters');
  });

  beforeEach(() => owner('leads').delete());

  after(async () => {
    await Promise.all([db.destroy(), owner.destroy()]);
    await database.drop();
  });

  async function found(q: string): Promise<string[]> {
    const query = { q, flagged: false, sort: 'created_at', order: 'asc', limit: 25 } as const;
    return (await listLeads(db, query)).items.map(({ id }) => id);
  }

  for (const [what, one, other] of lookAlikes) {
    it(what, async () => {
      expect(one).to.not.equal(other);
      const first = await addLead(owner, { first_name: one });
      const last = await addLead(owner, { last_name: other });
      await addLead(owner);
      expect(await found(one)).to.have.members([first, last]);
      expect(await found(other)).to.have.members([first, last]);
    });
  }

  for (const q of ['Qzlee, Qzann', 'Qzlee,Qzann', 'QZLEE; qzann', 'Qzlee، Qzann', 'Qzlee，Qzann']) {
    it(`with the last name first: ${q}`, async () => {
      const id = await addLead(owner, { first_name: 'Qzann', last_name: 'Qzlee' });
      await addLead(owner, { first_name: 'Qzann' });
      expect(await found(q)).to.deep.equal([id]);
    });
  }

  it('with a suffix behind a comma', async () => {
    const id = await addLead(owner, { last_name: 'Smith,Jr.' });
    for (const q of ['Smith, Jr.', 'jr', 'Smith Jr.']) expect(await found(q)).to.deep.equal([id]);
  });

  it('with the reference as the CSV writes it', async () => {
    const id = await addLead(owner, { id: '06949741-42e0-4000-8000-000000000000' });
    await addLead(owner);
    for (const q of ['#06949741', '06949741', '#069497', id]) {
      expect(await found(q)).to.deep.equal([id]);
    }
  });

  it('an address with a hyphen and an apostrophe', async () => {
    const email = "mary-ann.o'neil@a-b.example.com";
    const id = await addLead(owner, { email });
    await addLead(owner);
    for (const q of [email, 'ann.o’neil', '@a-b.example']) {
      expect(await found(q)).to.deep.equal([id]);
    }
  });

  it('by the first letters of what is typed as two', async () => {
    const levi = await addLead(owner, { last_name: 'הלוי' });
    const gautam = await addLead(owner, { last_name: 'கௌதம்' });
    expect(await found('הלו')).to.deep.equal([levi]);
    expect(await found('לו')).to.be.empty; // shorter than three: beginnings of words only
    expect(await found('கெ')).to.deep.equal([gautam]);
  });

  it('and still tells other names apart', async () => {
    await addLead(owner, { first_name: 'सुनीता', last_name: 'کریم' });
    for (const q of ['सनीता', 'सीता', 'رحيم', 'Sunita']) expect(await found(q)).to.be.empty;
  });

  it('and takes marks alone for no word at all', async () => {
    const id = await addLead(owner);
    for (const q of ['-', '\u200d', "'", '#', ' , ', '\u00ad-']) {
      expect(await found(q)).to.deep.equal([id]);
    }
  });

  it('sorts a name by its letters, whatever marks it begins with', async () => {
    for (const last_name of ['Zorn', "'t Hooft", '-Abel', 'de\u00a0Vries']) {
      await addLead(owner, { last_name });
    }
    const sorted = await owner('leads').orderBy('sort_name').pluck<string[]>('last_name');
    expect(sorted).to.deep.equal(['-Abel', 'de\u00a0Vries', "'t Hooft", 'Zorn']);
  });
});
