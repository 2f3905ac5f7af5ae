import { minPasswordLength } from '../../common/accounts/passwords';
import type { Account } from '../../common/accounts/repository';
import { isCommon } from './common-passwords';
import {
  bareSpellings,
  fold,
  foldUmlauts,
  leetSpellings,
  lettersOf,
  repeatedUnit,
  reversed,
} from './spellings';

export const maxPasswordLength = 200; // longer than any passphrase, and quick to hash

/** What must remain of a password without the words of the account and the firm. */
const minOwnLetters = 8;

const minDifferent = 5;
const minOddWord = 4; // shorter ones, backwards or with 1 for l, are in many a random password
const product = 'lead intake';

export type PasswordOwner = Pick<Account, 'email' | 'name'>;

/** Where the firm's name and domains are found. */
export interface FirmConfig {
  firm: { name: string };
  mail?: { from: string } | undefined;
  attorneyEmails: readonly string[];
}

const tooCommon =
  'This is among the passwords that are tried first. Use another, such as four words that have nothing to do with each other.';
const tooRepetitive =
  'This repeats the same characters. Use another, such as four words that have nothing to do with each other.';
const tooPersonal = `Without the account's name and address, the firm's name, digits and punctuation, too little is left. Add words of at least ${minOwnLetters} letters that have nothing to do with them.`;

/**
 * Returns why a password cannot be used for the account, or undefined. The length, the list of
 * common passwords and the words of the context are those of NIST SP 800-63B-4, 3.1.1.2, and OWASP
 * ASVS 5.0, 6.2; it asks for no kinds of characters, as both advise.
 */
export async function passwordProblem(
  password: string,
  owner: PasswordOwner,
  config: FirmConfig,
): Promise<string | undefined> {
  const problem = lengthProblem(password);
  if (problem) return problem;
  const folded = fold(password);
  if (await isCommon(folded)) return tooCommon;
  if (isRepetitive(folded)) return tooRepetitive;
  const words = wordsOf(owner, config);
  const [leet = '', withL = ''] = leetSpellings(folded);
  const long = words.filter((word) => lengthOf(word) >= minOddWord);
  for (const rest of [without(words, folded), without(words, leet), without(long, withL)]) {
    if (rest === undefined) continue;
    if (lengthOf(repeatedUnit(rest)) < minOwnLetters || (await isCommon(rest))) return tooPersonal;
  }
  return undefined;
}

/** Code points, each of which counts as a character (NIST SP 800-63B-4, 3.1.1.2). */
const lengthOf = (text: string) => Array.from(text).length;

/** Returns what is wrong with a password whoever uses it, or undefined; the length comes first. */
export function lengthProblem(password: string): string | undefined {
  const composed = password.normalize('NFC'); // as it is hashed
  const visible = composed.replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  if (lengthOf(visible) < minPasswordLength) return `Use at least ${minPasswordLength} characters.`;
  if (lengthOf(composed) > maxPasswordLength) return `Use at most ${maxPasswordLength} characters.`;
  // RFC 7617, section 2: basic auth cannot carry them.
  if (/\p{Cc}/u.test(password)) return 'Leave out tabs, line breaks and other control characters.';
  return undefined;
}

/** Whether it has few characters, or most of it repeats what is too short for a password. */
function isRepetitive(folded: string): boolean {
  if (new Set(folded).size < minDifferent) return true;
  return bareSpellings(folded).some((spelling) => {
    const unit = repeatedUnit(spelling);
    const isMost = 2 * lengthOf(spelling) > lengthOf(folded);
    return unit !== spelling && isMost && lengthOf(unit) < minPasswordLength;
  });
}

/** The words of the account and the firm, longest first. */
function wordsOf({ email, name }: PasswordOwner, config: FirmConfig): string[] {
  const addresses = [config.mail?.from ?? '', ...config.attorneyEmails];
  const domains = [email, ...addresses].map((address) => address.split('@')[1] ?? '');
  const texts = [name, email.split('@')[0] ?? '', config.firm.name, product];
  const words = [...texts, ...domains.flatMap((domain) => domain.split('.'))]
    .flatMap((text) => [fold(text), foldUmlauts(text)])
    .flatMap((text) => [lettersOf(text), ...text.split(/[^\p{L}\p{M}]+/u)])
    .flatMap((word) => (lengthOf(word) < minOddWord ? [word] : [word, reversed(word)]));
  return (
    [...new Set(words)]
      // Fewer Latin letters are in many a random password, too.
      .filter((word) => lengthOf(word) >= (/^[a-z]+$/.test(word) ? 3 : 2))
      .sort((a, b) => b.length - a.length)
  );
}

/** Returns the letters that are left without these words, or undefined when none of them occurs. */
function without(words: readonly string[], folded: string): string | undefined {
  const letters = lettersOf(folded);
  let rest = letters;
  for (const word of words) rest = rest.replaceAll(word, ' ');
  return rest === letters ? undefined : rest.replaceAll(' ', '');
}
