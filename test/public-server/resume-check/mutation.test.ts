import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { checkDocx } from '../../../public-server/resume-check/docx';
import { checkOdt } from '../../../public-server/resume-check/odt';
import { checkDoc } from '../../../public-server/resume-check/ole';
import { ResumeProblem } from '../../../public-server/resume-check/problem';
import { receivedFile, type ReceivedFile } from '../../../public-server/resume-check/received-file';
import { casesOf, corpusPath, fixturePath } from '../../fixtures/cases';
import { inFile } from '../../fixtures/check-file';

const rounds = 60;
const maxReadBytes = 3 * 1024 * 1024;
const extremes = [0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

describe('checkResume on damaged copies of real documents', () => {
  const documents = casesOf('document').map(({ file }) => corpusPath(file));
  for (const file of [...documents, fixturePath('field', 'libreoffice.odt')]) {
    const check = checkOf(file);
    if (!check) continue;
    it(`decides on ${path.basename(file)}, and reads little to do so`, async () => {
      const random = createRandom(file.length);
      for (let round = 0; round < rounds; round++) {
        const read = await inFile(damage(readFileSync(file), random), (copy) => run(check, copy));
        expect(read).to.be.below(maxReadBytes);
      }
    });
  }
});

type Check = (file: ReceivedFile) => Promise<void>;

function checkOf(file: string): Check | undefined {
  if (file.endsWith('.doc')) return checkDoc;
  if (file.endsWith('.odt')) return checkOdt;
  return file.endsWith('.docx') ? checkDocx : undefined;
}

/** Rejects with what is no verdict; resolves to the number of bytes read. */
async function run(check: Check, copy: string): Promise<number> {
  const handle = await open(copy);
  try {
    const file = receivedFile(handle, (await handle.stat()).size);
    let readBytes = 0;
    await check({
      bytes: file.bytes,
      read(position, length) {
        readBytes += Math.min(length, file.bytes);
        return file.read(position, length);
      },
    }).catch((error: unknown) => {
      if (!(error instanceof ResumeProblem)) throw error;
    });
    return readBytes;
  } finally {
    await handle.close();
  }
}

/** Where a few bytes decide: the OLE header and directory, the zip's lists at the end. */
function damage(content: Buffer, random: () => number): Buffer {
  const pick = (count: number) => Math.floor(random() * count);
  for (let changes = 1 + pick(4); changes > 0; changes--) {
    const zone = Math.min(content.length - 4, 1 + pick(content.length));
    const at = random() < 0.5 ? pick(zone) : content.length - 4 - pick(zone);
    if (random() < 0.5) content[at] = pick(256);
    else content.writeUInt32LE(extremes[pick(extremes.length)]!, at);
  }
  return random() < 0.1 ? content.subarray(0, pick(content.length)) : content;
}

/** The same numbers in every run (a linear congruential generator). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
