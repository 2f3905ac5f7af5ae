import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { installedPackages } from '../../deploy/installed-packages';
import { exceptions, isAllowed, licenceProblems } from '../../deploy/licences';
import { runToEnd } from '../support/process/printed-output';
import { temporaryFolder } from '../support/process/postgres';

describe('isAllowed', () => {
  const cases: [license: string | undefined, expected: boolean][] = [
    ['MIT', true],
    ['GPL-3.0-only', false],
    ['(MIT OR GPL-3.0)', true],
    ['GPL-3.0 OR MIT', true],
    ['MIT AND ISC', true],
    ['MIT AND GPL-3.0', false],
    ['(GPL-3.0 OR MIT) AND ISC', true],
    ['GPL-3.0 OR MIT AND ISC', true], // AND binds closer
    ['GPL-3.0 OR MIT AND AGPL-3.0', false],
    ['(GPL-3.0 OR MIT) AND AGPL-3.0', false],
    ['(MIT OR EUPL-1.1+)', true],
    ['Apache-2.0 WITH LLVM-exception', true],
    ['GPL-2.0 WITH Classpath-exception-2.0', false],
    ['MIT OR Apache 2.0', false], // no expression
    ['SEE LICENSE IN LICENSE.md', false],
    ['UNLICENSED', false],
    ['', false],
    [undefined, false],
  ];
  for (const [license, expected] of cases) {
    it(`${license}: ${expected}`, () => {
      expect(isAllowed(license)).to.equal(expected);
    });
  }
});

describe('licenceProblems', () => {
  const of = (name: string, license?: string) => {
    return { at: `node_modules/${name}`, name, version: '1.2.3', license };
  };
  const except = { odd: { license: 'MPL-2.0', reason: 'in tests only' } };

  it('names the package and what to do', () => {
    const found = licenceProblems([of('good', 'MIT'), of('bad', 'GPL-3.0'), of('bare')], {});
    expect(found).to.have.lengthOf(2);
    expect(found[0]).to.include(
      'bad 1.2.3 (node_modules/bad) has the licence GPL-3.0: use another',
    );
    expect(found[1]).to.include('bare 1.2.3 (node_modules/bare) declares no licence: use another');
  });

  it('lets an exception pass for the licence that it is for', () => {
    expect(licenceProblems([of('odd', 'MPL-2.0')], except)).to.be.empty;
    expect(licenceProblems([of('odd', 'AGPL-3.0')], except)[0]).to.include('odd 1.2.3');
    expect(licenceProblems([of('constructor')], except)[0]).to.include('constructor 1.2.3');
  });

  it('asks to remove an exception that nothing needs', () => {
    expect(licenceProblems([], except)).to.deep.equal([
      'odd needs no exception any more: remove it from deploy/licences.ts',
    ]);
  });

  it('has a reason for each exception', () => {
    for (const { reason } of Object.values(exceptions)) expect(reason.length).to.be.above(20);
  });
});

describe('npm run licences', () => {
  it('finds every package of this project allowed', async () => {
    const { code, output } = await runToEnd(['deploy/check-licences.ts'], {});
    expect(code, output).to.equal(0);
    expect(Number(/licences of (\d+) packages/.exec(output)?.[1])).to.be.above(400);
  });
});

describe('installedPackages', () => {
  let folder: string;

  before(async () => {
    folder = await temporaryFolder();
    const manifests: Record<string, object> = {
      a: { license: 'MIT' },
      'a/node_modules/@s/b': { licenses: [{ type: 'MIT' }, { type: 'GPL-2.0' }] },
      '@s/b': { license: { type: 'ISC' } },
      'a/dist/esm': { license: 'GPL-3.0' }, // no package, but a folder with settings
      '.bin/c': { license: 'GPL-3.0' },
      d: {},
    };
    for (const [at, manifest] of Object.entries(manifests)) {
      mkdirSync(path.join(folder, 'node_modules', at), { recursive: true });
      const text = JSON.stringify({
        name: at.replace(/^.*node_modules\//, ''),
        version: '1',
        ...manifest,
      });
      writeFileSync(path.join(folder, 'node_modules', at, 'package.json'), text);
    }
  });

  after(() => rm(folder, { recursive: true }));

  it('finds packages within packages, and every form of licence', () => {
    const found = installedPackages(folder).map(({ at, name, license }) => [at, name, license]);
    expect(found).to.deep.equal([
      ['node_modules/@s/b', '@s/b', 'ISC'],
      ['node_modules/a/node_modules/@s/b', '@s/b', '(MIT OR GPL-2.0)'],
      ['node_modules/a', 'a', 'MIT'],
      ['node_modules/d', 'd', undefined],
    ]);
  });
});
