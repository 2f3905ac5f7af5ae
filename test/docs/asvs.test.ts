import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '../..');
const page = readFileSync(path.join(root, 'docs/asvs.md'), 'utf8');
const fixture = readFileSync(path.join(root, 'test/fixtures/asvs-5.0.0-levels.json'), 'utf8');
const { levels } = JSON.parse(fixture) as { levels: Record<string, 1 | 2 | 3> };

const statuses = ['met', 'not met', 'not ours'] as const;

interface Line {
  number: string;
  status: string;
  rest: string;
}

const lines: Line[] = [
  ...page.matchAll(/^\| (\d+\.\d+\.\d+) \| [^|]+ \| ([^|]*) \| (.+) \|$/gm),
].map(([, number = '', status = '', rest = '']) => ({ number, status, rest }));

const unneeded = [...page.matchAll(/^\| (\d+\.\d+\.\d+(?:, \d+\.\d+\.\d+)*) \| ([^|]+) \|$/gm)].map(
  ([, numbers = '', reason = '']) => ({ numbers: numbers.split(', '), reason }),
);
const unneededNumbers = unneeded.flatMap(({ numbers }) => numbers);

const chapterOf = (number: string) => Number(number.split('.')[0]);

describe('docs/asvs.md', () => {
  it('has each requirement of levels 1 and 2 once, and no other', () => {
    const asked = Object.keys(levels).filter((number) => levels[number]! <= 2);
    expect(asked).to.have.length(253);
    const listed = [...lines.map(({ number }) => number), ...unneededNumbers];
    expect(listed.sort()).to.deep.equal(asked.sort());
  });

  it('has every line in its chapter, in order', () => {
    const chapters = page.split(/^## V/m).slice(1);
    for (const text of chapters) {
      const numbers = [...text.matchAll(/^\| (\d+)\.(\d+)\.(\d+) \| [^|]+ \| [^|]+ \| /gm)].map(
        (found) => found.slice(1, 4).map(Number),
      );
      expect(numbers).to.not.be.empty;
      const chapter = Number.parseInt(text, 10);
      expect(new Set(numbers.map(([first]) => first))).to.deep.equal(new Set([chapter]));
      const weights = numbers.map(([, section, place]) => section! * 100 + place!);
      expect(weights).to.deep.equal([...weights].sort((a, b) => a - b));
    }
  });

  it('gives each a status, and a reason or a test', () => {
    for (const { number, status, rest } of lines) {
      expect(status, number).to.be.oneOf(statuses);
      expect(rest, number).to.match(/^\S.+/);
    }
    for (const { numbers, reason } of unneeded) expect(reason, numbers[0]).to.not.be.empty;
  });

  it('says who, where it is not ours', () => {
    for (const { number, rest } of lines.filter(({ status }) => status === 'not ours')) {
      expect(rest, number).to.match(/^The (firm|proxy|cloud)\b/);
    }
  });

  it('links to a test for each that is met', () => {
    for (const { number, rest } of lines.filter(({ status }) => status === 'met')) {
      const tests = [...rest.matchAll(/\]\(\.\.\/([^)]+\.test\.ts)\)/g)].map(([, file]) => file!);
      expect(tests, number).to.not.be.empty;
      for (const file of tests) {
        expect(file, number).to.match(/^(test|deploy)\//);
        expect(existsSync(path.join(root, file)), `${number}: ${file}`).to.equal(true);
      }
    }
  });

  it('counts as the lines do', () => {
    const rows = [...page.matchAll(/^\| (?:V(\d+) [^|]+|all) \| ([\d |]+) \|$/gm)].map(
      ([, chapter, numbers = '']) => [Number(chapter ?? 0), ...numbers.split(' | ').map(Number)],
    );
    const countIn = (chapter: number) => {
      const isHere = (number: string) => chapter === 0 || chapterOf(number) === chapter;
      const here = lines.filter(({ number }) => isHere(number));
      return [
        chapter,
        ...statuses.map((wanted) => here.filter(({ status }) => status === wanted).length),
        unneededNumbers.filter(isHere).length,
      ];
    };
    const chapters = Array.from({ length: 17 }, (_, i) => i + 1);
    expect(rows).to.deep.equal([...chapters, 0].map(countIn));
  });
});
