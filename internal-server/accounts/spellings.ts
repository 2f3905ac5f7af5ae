// prettier-ignore
const lettersOfTheirOwn: Record<string, string> = {
  ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i',
};

/** Without case, accents, widths and characters that show nothing: what looks alike is equal. */
export function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFD')
    .replace(/[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]/g, '') // other scripts need theirs
    .replace(/[ßæœøłđðþı]/g, (letter) => lettersOfTheirOwn[letter] ?? letter)
    .normalize('NFC');
}

/** With umlauts written as two letters, for names that are spelled so in an address. */
export function foldUmlauts(text: string): string {
  const composed = text.normalize('NFKC').toLowerCase();
  return fold(composed.replace(/[äöü]/g, (letter) => `${fold(letter)}e`).replaceAll('å', 'aa'));
}

/** Without the digits, punctuation and spaces at the ends. */
function core(text: string): string {
  return text.replace(/^[^\p{L}\p{M}]+|[^\p{L}\p{M}]+$/gu, '');
}

/** Without everything but letters. */
export function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{M}]+/gu, '');
}

/** Folded text as typed and without punctuation and spaces, each also without what is at its ends. */
export function bareSpellings(folded: string): string[] {
  const joined = folded.replace(/[^\p{L}\p{M}\p{N}]/gu, '');
  return [folded, core(folded), joined, core(joined)];
}

export const reversed = (text: string) => Array.from(text).reverse().join('');

// prettier-ignore
const leetLetters: Record<string, string> = {
  '@': 'a', 4: 'a', 3: 'e', '!': 'i', 0: 'o', 5: 's', $: 's', 7: 't',
};

/** With letters for the digits and signs that stand for them: `p@$$w0rd` becomes `password`. */
export function leetSpellings(text: string): string[] {
  return ['i', 'l'].map((one) =>
    text.replace(/[1|]/g, one).replace(/[@43!05$7]/g, (sign) => leetLetters[sign] ?? sign),
  );
}

/** Returns what a text repeats: `abc` for `abcabcabc`, and itself when it repeats nothing. */
export function repeatedUnit(text: string): string {
  const length = (text + text).indexOf(text, 1);
  return length > 0 ? text.slice(0, length) : text;
}
