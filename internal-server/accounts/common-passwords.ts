import { bareSpellings, fold, leetSpellings, lettersOf, repeatedUnit, reversed } from './spellings';

let common: Promise<ReadonlySet<string>> | undefined;

/** 49,000 passwords of leaks. They take 7 MB, so they are loaded when the first password is set. */
async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common']);
}

const rows = [
  'abcdefghijklmnopqrstuvwxyz',
  '1234567890',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  'йцукенгшщзхъфывапролджэячсмитьбю',
  '!@#$%^&*()_+',
  '147258369', // down the keypad
];
// Twice, for those that begin again, in both directions.
const runs = rows.map(fold).flatMap((row) => [row + row, reversed(row + row)]);
const minRun = 6;

/** Also when each character is typed several times. */
function isRun(text: string): boolean {
  const once = text.replace(/(.)\1+/gsu, '$1');
  return [text, once].some(
    (typed) => typed.length >= minRun && runs.some((run) => run.includes(typed)),
  );
}

/** Whether folded text is a common password, or one with digits and punctuation at its ends or within. */
export async function isCommon(folded: string): Promise<boolean> {
  const passwords = await (common ??= load());
  const letters = lettersOf(folded);
  const isMost = 2 * letters.length >= folded.length; // a random password may have few
  return [...bareSpellings(folded), ...(isMost ? [letters] : [])]
    .flatMap((spelling) => [spelling, ...leetSpellings(spelling)])
    .flatMap((spelling) => [spelling, ...bareSpellings(repeatedUnit(spelling))])
    .some((text) => passwords.has(text) || passwords.has(reversed(text)) || isRun(text));
}
