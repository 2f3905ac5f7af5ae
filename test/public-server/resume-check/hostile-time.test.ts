import { typeOfName, cleanFilename } from '../../../public-server/resume-check/filename';
import { override, part, related, relsOf, types, usual, main } from '../../fixtures/build-docx';
import { buildZip } from '../../fixtures/build-zip';
import { checkContent } from '../../fixtures/check-file';

const docx = (...parts: Parameters<typeof buildZip>[0]) => checkContent(buildZip(parts), 'cv.docx');

/** Each takes less than a second. A wrong pattern or loop takes longer than a test may. */
const hostile: [string, () => unknown][] = [
  ['many comments before no web page', () => checkContent(`${'<!---->'.repeat(100)}x`, 'cv')],
  ['a long name that ends in a slash', () => typeOfName(`${'a'.repeat(1_000_000)}/`)],
  ['a long row of dots in a name', () => cleanFilename(`${'.'.repeat(1_000_000)}a`, 'pdf')],
  [
    'a long content type',
    () => {
      const type = `application/vnd.ms-word.${'macroenabled'.repeat(80_000)}`;
      return docx(types(override('/word/document.xml', type)), main);
    },
  ],
  [
    'many main parts of many types',
    () =>
      docx(
        types(usual + override('/a', 'x').repeat(9_000)),
        relsOf(related('a').repeat(8_000)),
        part('a'),
      ),
  ],
  [
    'long names of parts',
    () => {
      const name = `${'a'.repeat(30_000)}/${'b/../'.repeat(7_000)}`;
      return docx(...Array.from({ length: 15 }, (_, index) => part(`${index}${name}`)));
    },
  ],
];

describe('checkResume on content that is made to take long', () => {
  for (const [name, check] of hostile) {
    it(`decides on ${name}`, async () => {
      await check();
    });
  }
});
