import { expect } from 'chai';
import { startInternalApp, type InternalFixture } from '../../../support/apps/internal-app';
import { addLead } from '../../../support/apps/leads';

describe('GET /leads?q=', () => {
  let fixture: InternalFixture;
  const people = [
    ['Zoë', 'Müller-Lüdenscheidt', 'zoe@example.com'],
    ['Łukasz', 'Øster', 'lukasz@example.org'],
    ['İpek', 'Yıldız', 'ipek@example.com'],
    ['Σίσυφος', 'Παπαδόπουλος', 'sisyphus@example.com'],
    ['Нина', 'Ёлкина', 'nina@example.com'],
    ['小明', '王', 'xiaoming@example.com'],
    ['민수', '김', 'minsu@example.com'],
    ['محَمَّد', 'العربي', 'mo@example.com'],
    ["O'Neil", 'de la Cruz', 'oneil_100%@example.com'],
    ['Ann\\a', 'Nguyễn Thị', 'ann@example.com'],
  ] as const;
  const ids = new Map<string, string>();

  before(async () => {
    fixture = await startInternalApp();
    for (const [first_name, last_name, email] of people) {
      ids.set(first_name, await addLead(fixture.owner, { first_name, last_name, email }));
    }
  });

  after(async () => {
    await fixture.close();
  });

  async function found(q: string): Promise<string[]> {
    const { status, text } = await fixture.get(`/leads?q=${encodeURIComponent(q)}`);
    expect(status).to.equal(200);
    return [...ids]
      .filter(([, id]) => text.includes(`data-lead href="/leads/${id}?q=`))
      .map(([n]) => n);
  }

  for (const [what, q, expected] of [
    ['ignores accents', 'muller', ['Zoë']],
    ['ignores accents in the search as well', 'zoé', ['Zoë']],
    ['ignores case', 'LÜDEN', ['Zoë']],
    ['finds the middle of a word', 'densch', ['Zoë']],
    ['finds letters that are no accents', 'lukasz oster', ['Łukasz']],
    ['finds the Turkish dotted and dotless i', 'IPEK yildiz', ['İpek']],
    ['finds Greek with its final sigma', 'σισυφοσ', ['Σίσυφος']],
    ['finds Greek in capitals', 'ΠΑΠΑΔΟΠΟΥΛΟΣ', ['Σίσυφος']],
    ['finds Cyrillic', 'елкин', ['Нина']],
    ['finds one Chinese character', '王', ['小明']],
    ['finds a Chinese name written without a space', '王小明', ['小明']],
    ['finds Hangul', '김민수', ['민수']],
    ['finds Arabic without its vowel marks', 'محمد', ['محَمَّد']],
    ['finds Vietnamese', 'nguyen thi', ['Ann\\a']],
    ['requires all words, in any order', 'müller zoe', ['Zoë']],
    ['finds nothing when one word is missing', 'zoe lukasz', []],
    ['finds two characters at the beginning of a word only', 'cr', ["O'Neil"]],
    ['does not find two characters inside a word', 'ru', []],
    ['finds part of an address', 'example.org', ['Łukasz']],
    ['matches % literally', '100%', ["O'Neil"]],
    ['matches _ literally', 'l_1', ["O'Neil"]],
    ['does not match _ with any character', 'zo_', []],
    ['matches a backslash literally', 'n\\a', ['Ann\\a']],
    ['matches quotes literally', "o'neil", ["O'Neil"]],
    ['ignores a mark alone', '\u0301', people.map(([name]) => name)],
  ] as const) {
    it(what, async () => {
      expect(await found(q)).to.have.members([...expected]);
    });
  }

  it('searches for nothing in white space', async () => {
    const { text } = await fixture.get('/leads?q=%20%09%20');
    expect(text.match(/data-lead/g)).to.have.length(people.length);
    expect(text).to.match(/aria-current="page">\s*Waiting/);
  });

  it('finds a reference, a part of one, and a whole id', async () => {
    const id = ids.get('Zoë')!;
    for (const q of [id.slice(0, 8), id.slice(0, 8).toUpperCase(), id.slice(2, 8), id]) {
      expect(await found(q), q).to.include('Zoë');
    }
  });

  it('says what to do when nothing is found, and keeps the search in its field', async () => {
    const { text } = await fixture.get('/leads?q=<nobody>');
    expect(text).to.include('No leads match').and.include('value="&lt;nobody&gt;"');
  });

  it('sorts names regardless of case and accents', async () => {
    const { text } = await fixture.get('/leads?sort=last_name');
    const shown = [...text.matchAll(/data-lead href="\/leads\/([^"?]+)/g)].map(([, id]) => id);
    const order = ["O'Neil", 'Zoë', 'Ann\\a', 'Łukasz', 'İpek'].map((name) => ids.get(name));
    expect(shown.filter((id) => order.includes(id))).to.deep.equal(order);
  });

  it('keeps the search from page to page', async () => {
    const first = await fixture.get('/leads?q=example.com&limit=4');
    const next = /rel="next" href="([^"]+)"/.exec(first.text)![1]!.replaceAll('&amp;', '&');
    const second = await fixture.get(next);
    const rows = [first, second].flatMap(({ text }) => [...text.matchAll(/data-lead/g)]);
    expect(rows).to.have.length(8);
    expect(first.text).to.include('<p class="count">9 leads</p>');
  });
});

describe('GET /leads with a filter', () => {
  let fixture: InternalFixture;

  beforeEach(async () => {
    fixture = await startInternalApp();
  });

  afterEach(async () => {
    await fixture.close();
  });

  const namesOn = (html: string) =>
    [...html.matchAll(/data-lead [^>]+><bdi>Carla ([^<]+)</g)].map(([, name]) => name!);
  const names = async (query: string) => namesOn((await fixture.get(`/leads?${query}`)).text);

  it('shows leads assigned to me, to a colleague, or to nobody', async () => {
    const { owner, ann, bob } = fixture;
    await addLead(owner, { last_name: 'Mine', assigned_to: ann.id });
    await addLead(owner, { last_name: 'Theirs', assigned_to: bob.id });
    await addLead(owner, { last_name: 'Free' });
    expect(await names('assigned=me')).to.deep.equal(['Mine']);
    expect(await names(`assigned=${bob.id}`)).to.deep.equal(['Theirs']);
    expect(await names('assigned=nobody')).to.deep.equal(['Free']);
    expect(await names('assigned=anybody')).to.have.length(3);
    expect(await names('assigned=')).to.have.length(3);
    const asBob = await fixture.get('/leads?assigned=me', bob);
    expect(namesOn(asBob.text), 'a shared address').to.deep.equal(['Theirs']);
  });

  it('keeps the choice of a colleague’s link, also of one to one’s own leads', async () => {
    const { ann, bob } = fixture;
    const chosen = async (assigned: string) => {
      const { text } = await fixture.get(`/leads?assigned=${assigned}`);
      const [, options = ''] = /<select id="assigned"[^>]*>(.*?)<\/select>/s.exec(text) ?? [];
      return /value="([^"]*)" selected/.exec(options)?.[1];
    };
    expect(await chosen(ann.id)).to.equal('me');
    expect(await chosen(ann.id.toUpperCase())).to.equal('me');
    expect(await chosen(bob.id.toUpperCase())).to.equal(bob.id);
  });

  it('shows leads received between two days, both included', async () => {
    for (const [last_name, created_at] of [
      ['Before', '2026-03-01T23:59:59.999Z'],
      ['Morning', '2026-03-02T00:00:00.000Z'],
      ['Night', '2026-03-03T23:59:59.999Z'],
      ['After', '2026-03-04T00:00:00.000Z'],
    ]) {
      await addLead(fixture.owner, { last_name, created_at });
    }
    expect(await names('from=2026-03-02&to=2026-03-03')).to.deep.equal(['Morning', 'Night']);
    expect(await names('from=2026-03-04')).to.deep.equal(['After']);
    expect(await names('to=2026-03-01')).to.deep.equal(['Before']);
    expect(await names('from=2026-03-04&to=2026-03-01')).to.deep.equal([]);
    expect(await names('to=9999-12-31')).to.have.length(4);
  });

  it('combines all filters, and keeps them in every link of the page', async () => {
    const { owner, bob } = fixture;
    await addLead(owner, { last_name: 'Wanted', assigned_to: bob.id });
    await addLead(owner, { last_name: 'Wanted too', assigned_to: bob.id });
    await addLead(owner, { last_name: 'Wanted not', assigned_to: null });
    const query = `state=PENDING&q=wanted&assigned=${bob.id}&from=2026-01-01&limit=1&sort=created_at`;
    const { text } = await fixture.get(`/leads?${query}`);
    expect(namesOn(text)).to.deep.equal(['Wanted']);
    const urls = [...text.matchAll(/(?:rel="next" |<a )href="(\/leads[^"]*\?[^"]*)"/g)].map(
      ([, url]) => new URL(url!.replaceAll('&amp;', '&'), 'http://x').searchParams,
    );
    expect(urls.length).to.be.above(6);
    const kept = urls.filter((url) => url.get('q') === 'wanted' && url.get('from'));
    expect(kept).to.have.length(urls.length - 1); // all but "Clear"
    const ofBob = kept.filter((url) => url.get('assigned') === bob.id);
    expect(ofBob).to.have.length(kept.length - 1); // all but "Mine"
  });

  it('shows how many are flagged beside the worklist', async () => {
    await addLead(fixture.owner, { flagged_reason: 'honeypot', last_name: 'Spam' });
    await addLead(fixture.owner, { last_name: 'Honest' });
    const { text } = await fixture.get('/leads');
    expect(text).to.match(/Flagged <span class="number">1<\/span>/);
    expect(namesOn(text)).to.deep.equal(['Honest']);
    expect(await names('flagged=true')).to.deep.equal(['Spam']);
  });

  it('counts exactly to 10,000, and says "10,000+" above', async () => {
    const add = (count: number) =>
      fixture.owner.raw(
        `insert into leads (id, first_name, last_name, email, resume_key, resume_filename,
          resume_type, resume_bytes, resume_sha256)
        select gen_random_uuid(), 'A', 'B', 'a@example.com', 'resumes/' || gen_random_uuid(),
          'cv.pdf', 'pdf', 1, repeat('0', 64) from generate_series(1, ?)`,
        [count],
      );
    await fixture.owner.raw(
      'alter table leads disable trigger leads_queue_mails, disable trigger leads_refuse_other_content',
    ); // ten thousand emails take long
    await add(10_000);
    expect((await fixture.get('/leads')).text).to.include('>10,000 leads<');
    await add(1);
    expect((await fixture.get('/leads')).text).to.include('>10,000+ leads<');
  });

  it('marks overdue leads, and no others', async () => {
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    await addLead(fixture.owner, { last_name: 'Old', created_at: hoursAgo(25) });
    await addLead(fixture.owner, { last_name: 'New', created_at: hoursAgo(23) });
    const { text } = await fixture.get('/leads');
    const rows = text.split('<tr ').filter((row) => row.includes('data-lead'));
    const overdue = rows.filter((row) => row.includes('Overdue'));
    expect(overdue.flatMap(namesOn)).to.deep.equal(['Old']);
  });

  for (const query of [
    'asigned=me',
    'assigned=somebody',
    'assigned=%00',
    'q=a%00b',
    `q=${'x'.repeat(201)}`,
    'q=a&q=b',
    'from=yesterday',
    'from=2026-02-30',
    'to=0000-01-01',
    'flagged=yes',
  ]) {
    it(`returns 400 for ${query.slice(0, 30)}`, async () => {
      for (const path of ['/leads', '/leads.csv']) {
        expect((await fixture.get(`${path}?${query}`)).status).to.equal(400);
      }
    });
  }
});
