import { expect } from 'chai';
import { fieldLimits } from '../../../common/leads/field-limits';
import { readFields, type LeadFields } from '../../../public-server/submissions/fields';
import { casesOf } from '../../fixtures/cases';

const good: LeadFields = { first_name: 'Jane', last_name: 'Doe', email: 'jane@example.com' };
const read = (given: Partial<LeadFields>) => readFields({ ...good, ...given });

describe('readFields', () => {
  describe('on the corpus', () => {
    for (const { id, expect: expected, why, field, value } of casesOf('field')) {
      it(`${expected}s ${id}: ${why}`, () => {
        expectOutcome(expected, read({ [field]: value }));
      });
    }
    for (const { id, expect: expected, why, first_name, last_name } of casesOf('names')) {
      it(`${expected}s ${id}: ${why}`, () => {
        expectOutcome(expected, read({ first_name, last_name }));
      });
    }
  });

  it('returns the values of a valid form', () => {
    expect(readFields(good)).to.deep.equal({ values: good });
  });

  it('returns a message for each field of an empty form', () => {
    expect(readFields({})).to.deep.equal({
      errors: [
        { field: 'first_name', message: 'Enter your first name.' },
        { field: 'last_name', message: 'Enter your last name.' },
        { field: 'email', message: 'Enter your email address.' },
      ],
    });
  });

  const kept = [
    ['trims Unicode white space', '\u3000\u00a0 Jane\r\n', 'Jane'],
    ['composes accents', 'Zoe\u0308', 'Zo\u00eb'],
    ['keeps compatibility characters', '\u9ad9\ufa11', '\u9ad9\ufa11'],
    [
      'keeps joiners inside words',
      '\u0915\u094d\u200d\u0937\u200c\u092e',
      '\u0915\u094d\u200d\u0937\u200c\u092e',
    ],
    ['keeps one character', '.', '.'],
    ['counts characters, not code units', '\u{20bb7}'.repeat(100), '\u{20bb7}'.repeat(100)],
    ['counts after composing', 'e\u0301'.repeat(100), '\u00e9'.repeat(100)],
    ['counts after trimming', ` ${'a'.repeat(100)} `, 'a'.repeat(100)],
  ] as const;
  for (const [name, typed, value] of kept) {
    it(`${name} in names`, () => {
      const { values } = read({ first_name: typed, last_name: typed });
      expect(values).to.deep.include({ first_name: value, last_name: value });
    });
  }

  const again = 'Type your last name again: it has line breaks or characters that cannot be shown.';
  const refusedNames = [
    ['101 characters', 'a'.repeat(101), 'Enter your last name with 100 characters at most.'],
    ['a web address', 'Win at https://example.com', 'Enter your last name without a web address.'],
    ['a line break', 'Doe\nBcc: x', again],
    ['a line separator', 'Doe\u2028x', again],
    ['NUL', 'Do\0e', again],
    ['DEL', 'Do\x7fe', again],
    ['a C1 control', 'Do\x9be', again],
    ['what was not UTF-8', 'Do\ufffde', again],
    ['half a character', 'Do\ud800e', again],
    ['an override of the direction', 'Doe\u202e', again],
    ['an isolate', 'Do\u2067e', again],
    ['nothing visible', '\u200b\u200d\ufe0f\u3164', 'Enter your last name.'],
  ] as const;
  for (const [name, typed, message] of refusedNames) {
    it(`refuses ${name} in a name`, () => {
      expect(read({ last_name: typed }).errors).to.deep.equal([{ field: 'last_name', message }]);
    });
  }

  const label = 'b'.repeat(63);
  const longest = `${'a'.repeat(64)}@${'b'.repeat(61)}.${label}.${'c'.repeat(63)}`;
  const emails = [
    ['64 characters before the @', `${'a'.repeat(64)}@example.com`, true],
    ['65 characters before the @', `${'a'.repeat(65)}@example.com`, false],
    ['254 characters', longest, true],
    ['255 characters', `a${longest.slice(1).replace('@b', '@bb')}`, false],
    ['a label of 63 characters', `a@${label}.com`, true],
    ['a label of 64 characters', `a@b${label}.com`, false],
    ['no dot in the domain', 'jane@localhost', false],
    ['a space before it', ' jane@example.com', false],
    ['a line break after it', 'jane@example.com\n', false],
    ['what was not UTF-8', 'jan\ufffd@example.com', false],
    ['a letter that folds to ASCII', 'jane@example.\u212aom', false],
  ] as const;
  for (const [name, email, isAccepted] of emails) {
    it(`${isAccepted ? 'takes' : 'refuses'} an email with ${name}`, () => {
      expect(read({ email }).values?.email).to.equal(isAccepted ? email : undefined);
    });
  }

  it('returns at once for a hostile megabyte', () => {
    const started = performance.now();
    for (const part of ['a', 'a.', 'a@', '-', 'e\u0301', '\u202e']) {
      const hostile = part.repeat(1_000_000 / part.length);
      read({ first_name: hostile, last_name: hostile, email: `a@${hostile}` });
    }
    expect(performance.now() - started).to.be.below(3000);
  });

  it('tells the form its limits', () => {
    expect(fieldLimits).to.deep.equal({ name: 100, email: 254 });
  });
});

function expectOutcome(expected: string, { errors }: ReturnType<typeof readFields>): void {
  if (expected === 'accept') expect(errors).to.equal(undefined);
  if (expected === 'reject') expect(errors).to.have.lengthOf.above(0);
}
