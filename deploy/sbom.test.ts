import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { images } from './images';
import type { LockedPackages } from './needed-packages';

const { IMAGES = '' } = process.env;
const root = path.join(__dirname, '..');
const readJson = (...parts: string[]): unknown =>
  JSON.parse(readFileSync(path.join(...parts), 'utf8'));

interface Component {
  type: string;
  group?: string;
  name: string;
  version: string;
  purl: string;
  licenses?: { expression?: string; license?: { id?: string; name?: string } }[];
  hashes?: { alg: string; content: string }[];
  evidence: { occurrences: { location: string }[] };
}

/** The schema that the authors of CycloneDX publish. */
function createValidator() {
  const schemas = path.join(root, 'node_modules/@cyclonedx/cyclonedx-library/res/schema');
  const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
  for (const format of ['idn-email', 'iri-reference']) ajv.addFormat(format, true);
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs']) {
    const file = `${name}.SNAPSHOT.schema.json`;
    ajv.addSchema(readJson(schemas, file) as object, `http://cyclonedx.org/schema/${file}`);
  }
  return ajv.compile(readJson(schemas, 'bom-1.6.SNAPSHOT.schema.json') as object);
}

/** Walks as Node looks for packages, and not as the SBOM's own reader does. */
function placesIn(folder: string, at = 'node_modules'): string[] {
  if (!existsSync(path.join(folder, at))) return [];
  return readdirSync(path.join(folder, at))
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@')
        ? readdirSync(path.join(folder, at, name)).map((own) => `${at}/${name}/${own}`)
        : [`${at}/${name}`],
    )
    .flatMap((place) => [place, ...placesIn(folder, `${place}/node_modules`)]);
}

/** Needs `npm run sbom`, made from the folders in IMAGES. */
describe('the SBOM', () => {
  const isValid = createValidator();
  const { packages: locked } = readJson(root, 'package-lock.json') as { packages: LockedPackages };

  for (const image of Object.keys(images)) {
    describe(`of ${image}`, () => {
      const text = readFileSync(path.join(root, 'dist/sbom', `${image}.cdx.json`), 'utf8');
      const { components } = JSON.parse(text) as { components: Component[] };
      const libraries = components.filter(({ type }) => type === 'library');

      it('is valid CycloneDX', () => {
        isValid(JSON.parse(text));
        const errors = (isValid.errors ?? []).map((e) => `${e.instancePath} ${e.message ?? ''}`);
        expect(errors).to.deep.equal([]);
      });

      it('lists the packages that the image holds, where they are, and nothing else', () => {
        const listed = libraries.flatMap(({ evidence }) =>
          evidence.occurrences.map(({ location }) => location),
        );
        expect(listed.sort()).to.deep.equal(placesIn(path.join(IMAGES, image)).sort());
      });

      it('has name, version, licence, purl and hash of each', () => {
        for (const { group, name, version, purl, evidence, ...rest } of libraries) {
          const full = group === undefined ? name : `${group}/${name}`;
          expect(purl).to.equal(`pkg:npm/${full.replace('@', '%40')}@${version}`);
          expect(rest.licenses, purl).to.have.lengthOf(1);
          for (const { location } of evidence.occurrences) {
            const held = readJson(IMAGES, image, location, 'package.json');
            expect(held, location).to.include({ name: full, version });
            const { integrity, license, version: inLock } = locked[location] ?? {};
            const [{ expression, license: one } = {}] = rest.licenses ?? [];
            const named = expression ?? one?.id ?? one?.name; // by name, where SPDX knows none
            if (license) expect(named, location).to.equal(license);
            expect(inLock).to.equal(version);
            const [{ alg, content } = { alg: '', content: '' }] = rest.hashes ?? [];
            const hash = Buffer.from(content, 'hex').toString('base64');
            const algorithm = alg.toLowerCase().replace('-', '');
            expect(`${algorithm}-${hash}`, location).to.equal(integrity);
          }
        }
      });

      it('names Node and the base of the image', () => {
        const others = components.filter(({ type }) => type !== 'library');
        const [, base = ''] =
          /^FROM (\S+) AS node$/m.exec(readFileSync(path.join(root, 'Dockerfile'), 'utf8')) ?? [];
        expect(others.map(({ type, name }) => `${type} ${name}`)).to.deep.equal([
          'container node',
          'platform node',
          'operating-system debian',
        ]);
        expect(`${others[0]?.name}:${others[0]?.version}`).to.equal(base);
      });

      it('says nothing of the machine it was made on, and is the same again', () => {
        expect(text).to.not.match(/serialNumber|timestamp|https?:\/\/(?!cyclonedx\.org)/);
        expect(text).to.not.include(root).and.not.include(IMAGES);
      });
    });
  }

  it('is the same when it is made again, and has a date on request', () => {
    const args = ['-r', 'ts-node/register/transpile-only', path.join(__dirname, 'write-sboms.ts')];
    const file = path.join(root, 'dist/sbom/migrate.cdx.json');
    const made = (env: object) => {
      execFileSync(process.execPath, args, { cwd: root, env: { ...process.env, ...env } });
      return readFileSync(file, 'utf8');
    };
    const before = readFileSync(file, 'utf8');
    expect(made({ SOURCE_DATE_EPOCH: '1700000000' })).to.include('"2023-11-14T22:13:20.000Z"');
    expect(made({ SOURCE_DATE_EPOCH: '' })).to.equal(before);
  });
});
