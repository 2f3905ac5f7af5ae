import { expect } from 'chai';
import fc from 'fast-check';
import { noteParts } from '../../../../internal-server/pages/leads/page/note-parts';

const linksOf = (note: string) => noteParts(note).flatMap(({ url }) => url ?? []);

describe('noteParts', () => {
  const cases: [string, string[]][] = [
    ['Called.', []],
    ['See https://a.example/x.', ['https://a.example/x']],
    ['(see http://a.example/b?c=d&e#f), then', ['http://a.example/b?c=d&e#f']],
    [
      'https://en.example/wiki/Law_(rule) and (https://a.example/)',
      ['https://en.example/wiki/Law_(rule)', 'https://a.example/'],
    ],
    ['HTTPS://A.example', ['HTTPS://A.example']],
    ['<https://a.example/>, "https://b.example"', ['https://a.example/', 'https://b.example']],
    ['javascript:alert(1) data:text/html,x ftp://a.example //a.example', []],
    ['http:// https://?? http://[::', []],
    ['https://bank.example@evil.example/', []],
    ['https://a.example/\u202egpj.exe', ['https://a.example/']],
  ];
  for (const [note, links] of cases) {
    it(`finds ${links.length} in ${JSON.stringify(note)}`, () => {
      expect(linksOf(note)).to.deep.equal(links);
    });
  }

  it('loses no character, whatever the note', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('https://', 'a.example', ')', '(', '.', ' '),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const note = pieces.join('');
        expect(
          noteParts(note)
            .map(({ text }) => text)
            .join(''),
        ).to.equal(note);
      }),
    );
  });

  it('takes no longer for a note that is made to take long', () => {
    for (const piece of ['https://', ')', 'https://a.example/)', 'h', '(', '.']) {
      const note = `https://a.example/${piece.repeat(10_000 / piece.length)}x`;
      const started = performance.now();
      noteParts(note);
      expect(performance.now() - started, piece).to.be.below(100);
    }
  });
});
