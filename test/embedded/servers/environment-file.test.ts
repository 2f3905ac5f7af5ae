import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { environmentFile } from '../../../embedded/servers/environment-file';
import { temporaryFolder } from '../../support/process/postgres';

describe('environmentFile', () => {
  it('writes values that node --env-file reads back unchanged', async () => {
    const variables = {
      PLAIN: 'plain',
      SPACED: '  two  # words = ',
      SUBSTITUTED: '$HOME `date` \\n',
      APOSTROPHE: "Ann's `firm` $HOME",
      QUOTED: 'the "firm"',
      APOSTROPHE_QUOTED: `Ann's "firm" $HOME\\n`,
      APOSTROPHE_TICK: "Ann's `firm`",
    };
    const folder = await temporaryFolder();
    const file = path.join(folder, 'some.env');
    await writeFile(file, environmentFile(variables));
    const script = 'console.log(JSON.stringify(process.env))';
    const printed = execFileSync(process.execPath, [`--env-file=${file}`, '-e', script]);
    await rm(folder, { recursive: true });
    expect(JSON.parse(printed.toString())).to.include(variables);
  });

  const unreadable = [
    ['all three quotes', '\'"`'],
    ['a line feed', 'one\ntwo'],
    ['a carriage return', 'one\rtwo'],
    ['both other quotes and \\n', "'`\\n"],
  ] as const;
  for (const [name, value] of unreadable) {
    it(`refuses ${name}, and names each such variable`, () => {
      expect(() => environmentFile({ FIRST: value, FINE: 'fine', SECOND: value })).to.throw(
        /FIRST: .*\n +SECOND: (?!.*FINE)/s,
      );
    });
  }
});
