import { expect } from 'chai';
import type { Knex } from 'knex';
import { createDatabase } from '../../../common/database/connect';
import { listLeads } from '../../../common/leads/list';
import { addLead } from '../../support/apps/leads';
import { createTestDatabase, type TestDatabase } from '../../support/process/postgres';

const alike: [what: string, one: string, other: string][] = [
  ['a Persian name with a zero-width non-joiner', 'علی‌رضا', 'علیرضا'],
  ['that with a zero-width space', 'علی\u200bرضا', 'علیرضا'],
  ['Hindi with a zero-width joiner', 'क्\u200dषमा', 'क्षमा'],
  ['Hindi without its nukta', 'फ़रीदा', 'फरीदा'],
  ['Hindi with the precomposed nukta', '\u095eरीदा', 'फ\u093cरीदा'],
  ['Hindi with chandrabindu', 'हँसराज', 'हंसराज'],
  ['Malayalam chillu as one letter or as three', 'അനിൽ', 'അനില്\u200d'],
  ['Bengali khanda ta as one letter or as three', 'সৎ', 'সত্\u200d'],
  ['a direction mark inside', 'Ro\u200eza', 'Roza'],
  ['direction marks around', '\u202bדוד\u202c', 'דוד'],
  ['an isolate around', '\u2068Roza\u2069', 'Roza'],
  ['an Arabic letter mark', 'علي\u061cحسن', 'عليحسن'],
  ['a soft hyphen', 'Hof\u00admann', 'Hofmann'],
  ['a word joiner', 'Hof\u2060mann', 'Hofmann'],
  ['a byte-order mark', '\ufeffHofmann', 'Hofmann'],
  ['a grapheme joiner', 'Hof\u034fmann', 'Hofmann'],
  ['a variation selector', '葛\u{e0100}城', '葛城'],
  ['the variant of a text or an emoji', 'Ana\ufe0f', 'Ana'],
  ['a Hangul filler', '김\u3164민수', '김민수'],
  ['tatweel', 'محمـــد', 'محمد'],
  ['Arabic and Persian kaf', 'کریم', 'كريم'],
  ['Arabic and Persian yeh', 'علی', 'علي'],
  ['alef maksura', 'مصطفى', 'مصطفي'],
  ['alef with hamza', 'أحمد', 'احمد'],
  ['alef with madda', 'آمنه', 'امنه'],
  ['alef wasla', 'ٱمنه', 'امنه'],
  ['teh marbuta', 'فاطمة', 'فاطمه'],
  ['Urdu heh', 'فاطمہ', 'فاطمه'],
  ['presentation forms', '\ufee3\ufea4\ufee4\ufeaa', 'محمد'],
  ['a Hebrew maqaf', 'בר־לב', 'בר-לב'],
  ['a Hebrew name with points', 'דָּוִד', 'דוד'],
  ['Hebrew geresh', 'ג׳ורג׳', "ג'ורג'"],
  ['Yiddish digraphs', 'װײס', 'וויס'.replace('יס', 'ייס')],
  ['an en dash', 'Smith–Jones', 'Smith-Jones'],
  ['a non-breaking hyphen', 'Smith‑Jones', 'Smith-Jones'],
  ['a minus sign', 'Smith−Jones', 'Smith-Jones'],
  ['a full-width hyphen', 'Smith－Jones', 'Smith-Jones'],
  ['a dash with spaces', 'Smith – Jones', 'Smith-Jones'],
  ['a non-breaking space', 'de\u00a0Vries', 'de Vries'],
  ['two spaces', 'de  Vries', 'de Vries'],
  ['an ideographic space', '山田\u3000太郎', '山田 太郎'],
  ['a typographic apostrophe', 'O’Brien', "O'Brien"],
  ['an acute accent for an apostrophe', 'O´Brien', "O'Brien"],
  ['a backtick for an apostrophe', 'O`Brien', "O'Brien"],
  ['a full-width apostrophe', 'O＇Brien', "O'Brien"],
  ['a modifier letter', 'Oʻtkir', "O'tkir"],
  ['a Ukrainian apostrophe', 'Лук’яненко', "Лук'яненко"],
  ['a nickname in other quotation marks', 'Bob “Bo” Lee', 'Bob "Bo" Lee'],
  ['a middle dot of another kind', '迈克尔·乔丹', '迈克尔・乔丹'],
  ['full-width letters', 'Ｒｏｚａ', 'Roza'],
  ['half-width kana', 'ﾀﾅｶ', 'タナカ'],
  ['a rare form of a Japanese letter', '髙橋', '高橋'],
  ['a ligature', 'Griﬃth', 'Griffith'],
  ['Thai sara ae as two letters', 'เเก้ว', 'แก้ว'],
  ['composed and decomposed accents', 'Zoe\u0308', 'Zoë'],
];

describe('a search finds what looks the same', () => {
  let database: TestDatabase;
  let db: Knex;
  let owner: Knex;

  before(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.internalUrl);
    owner = createDatabase(database.ownerUrl);
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

  for (const [what, one, other] of alike) {
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
