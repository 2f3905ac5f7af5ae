import { bareSpellings, fold, leetSpelling, repeatedUnit } from './spellings';

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
];
// Twice, for those that begin again, in both directions.
const runs = rows.map(fold).flatMap((row) => [
  row + row,
  Array.from(row + row)
    .reverse()
    .join(''),
]);
const minRun = 6;

const isRun = (text: string) => text.length >= minRun && runs.some((run) => run.includes(text));

/** Whether folded text is a common password, or one with digits and punctuation at its ends. */
export async function isCommon(folded: string): Promise<boolean> {
  const passwords = await (common ??= load());
  return bareSpellings(folded)
    .flatMap((spelling) => [spelling, leetSpelling(spelling)])
    .flatMap((spelling) => [spelling, ...bareSpellings(repeatedUnit(spelling))])
    .some((text) => passwords.has(text) || isRun(text));
}
