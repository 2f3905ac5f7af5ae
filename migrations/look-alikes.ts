// What 013 takes for the same. A database that has it does not learn of a change: write a migration.

/** These become a space and a mark by NFKD, so they are passed over before. */
export const apostrophes = '\u00b4\u0384\u1fbd\u1fbf\u1ffd\u1ffe';

// What a search passes over, after NFKD: combining marks (but not vowels), invisible characters,
// letters drawn longer, and the many characters for an apostrophe or a quotation mark.
export const passedOver = [
  '\\u0300-\\u036f\\u0483-\\u0487\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f',
  '\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7', // Hebrew, without the maqaf
  '\\u0610-\\u061a\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8\\u06ea-\\u06ed',
  '\\u0711\\u0730-\\u074a', // Syriac
  '\\u093c\\u09bc\\u0a3c\\u0abc\\u0b3c\\u0cbc', // nukta
  '\\u09cd\\u0d4d', // virama, where one letter has a form with it and a form without
  '\\u0640\\u07fa', // tatweel
  '\\u00ad\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e',
  '\\u2060-\\u206f\\ufe00-\\ufe0f\\ufeff\\ufff9-\\ufffc\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a',
  '\\U000e0000-\\U000e0fff',
  "''`\\u02b9-\\u02bf\\u02c8\\u055a\\u05f3\\u2018-\\u201b\\u2032\\ua78b\\ua78c",
  '"\\u05f4\\u201c-\\u201f',
].join('');

// What stands between the parts of a name: white space, dashes, commas and middle dots.
export const separators = [
  '-\\s\\u1680\\u02d7\\u058a\\u05be\\u1806\\u2010-\\u2015\\u2043\\u2053\\u2212\\u2e17\\u2e1a',
  '\\u2500\\u2796\\u2800\\u2e3a\\u2e3b\\u2e40\\u2e5d\\u301c\\u3030\\u30a0',
  ',;\\u055d\\u060c\\u061b\\u1361\\u3001',
  '\\u00b7\\u2022\\u2027\\u2219\\u22c5\\u2e31\\u2e33\\u30fb',
].join('');

// Letters that are typed for one another, or that are the same in another encoding. The Arabic ones
// are those of Lucene's ArabicNormalizer and PersianNormalizer.
const sameLetters = [
  ['ς', 'σ'],
  ['کڪ', 'كك'],
  ['یىے', 'ييي'],
  ['ٱ', 'ا'],
  ['ةہھەۃ', 'ههههه'],
  ['ँ', 'ं'], // Devanagari chandrabindu and anusvara
  ['ৎ', 'ত'],
  ['ൺൻർൽൾൿൔൕൖ', 'ണനരലളകമയഴ'],
  ['ൌ', 'ൗ'],
  ['髙﨑𠮷', '高崎吉'],
  ['⻁⻄⻉⻋⻑⻓⻔⻘⻙⻛⻜⻢⻤⻥⻦⻨⻩⻬⻰', '虎西贝车長长门青韦风飞马鬼鱼鸟麦黄齐龙'], // radicals, from a PDF
];
// Thai and Lao, where a tone may be typed before or behind a vowel above or below.
const tones = '([\\u0e48-\\u0e4c\\u0ec8-\\u0ecc])';
const vowelsOfTones = '[\\u0e31\\u0e34-\\u0e3a\\u0e4d\\u0eb1\\u0eb4-\\u0ebc\\u0ecd]';

const letters = sameLetters.map(([letter]) => letter).join('');
const sameAs = sameLetters.map(([, same]) => same).join('');

// What looks like something else of more or fewer characters. A letter that is typed as two becomes
// two, so that its first part finds it.
const sameSpellings = [
  ['װ', 'וו'],
  ['ױ', 'וי'],
  ['ײ', 'יי'],
  ['ௌ', 'ெள'],
  ['ஔ', 'ஒள'],
  ['ஶ்ரீ', 'ஸ்ரீ'],
  ['เเ', 'แ'],
  ['ເເ', 'ແ'],
  ['अा', 'आ'],
  ['अॉ', 'ऑ'],
  ['अो', 'ओ'],
  ['अौ', 'औ'],
  ['आे', 'ओ'],
  ['आै', 'औ'],
  ['एे', 'ऐ'],
  ['অা', 'আ'],
  ['અા', 'આ'],
  ['ਅਾ', 'ਆ'],
  ['ഇൗ', 'ഈ'],
  ['េី', 'ើ'],
  ['េា', 'ោ'],
  ['ំា', 'ាំ'],
  ['្ដ', '្ត'], // the letters da and ta have the same form below another
  ['եւ', 'եվ'], // what the Armenian ligature is in capitals
] as const;

/** SQL for `text` in the spelling that all that look the same share. */
export function inOneSpelling(text: string): string {
  const inOrder = `regexp_replace(${text}, '${tones}(${vowelsOfTones})', '\\2\\1', 'g')`;
  return sameSpellings.reduce(
    (inner, [one, other]) => `replace(${inner}, '${one}', '${other}')`,
    `translate(${inOrder}, '${letters}', '${sameAs}')`,
  );
}
