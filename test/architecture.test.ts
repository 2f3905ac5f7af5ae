import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '..');
const surfaces = ['public-server', 'internal-server', 'common', 'embedded', 'migrations', 'seeds'];

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file));
}

/** The files of this project that a file imports, as paths from its root. */
function imports(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import\(|require\()\s*'(\.{1,2}\/[^']+)'/g)].map(([, target]) =>
    path.join(path.dirname(file), target!),
  );
}

function importsBetween(from: string, ...to: string[]): string[] {
  return sources(from).flatMap((file) =>
    imports(file)
      .filter((target) => to.some((folder) => target.split(path.sep)[0] === folder))
      .map((target) => `${file} imports ${target}`),
  );
}

describe('the wall between the zones', () => {
  it('sees the imports of every folder', () => {
    for (const folder of surfaces) {
      expect(sources(folder).flatMap(imports), folder).to.not.be.empty;
    }
  });

  it('keeps the public server from importing the internal one', () => {
    expect(importsBetween('public-server', 'internal-server', 'embedded', 'migrations', 'seeds')).to
      .be.empty;
  });

  it('keeps the internal server from importing the public one', () => {
    expect(importsBetween('internal-server', 'public-server', 'embedded', 'migrations', 'seeds')).to
      .be.empty;
  });

  it('keeps common from importing either', () => {
    expect(
      importsBetween(
        'common',
        'public-server',
        'internal-server',
        'embedded',
        'migrations',
        'seeds',
      ),
    ).to.be.empty;
  });

  it('lets nobody but tests build an app besides its own entry', () => {
    const entries = /^(public|internal)-server\/(index|start|app)$/;
    const offenders = surfaces.flatMap(sources).flatMap((file) =>
      imports(file)
        .filter((target) => entries.test(target))
        .filter(() => !['index.ts', 'start.ts'].includes(path.basename(file)))
        .map((target) => `${file} imports ${target}`),
    );
    expect(offenders).to.be.empty;
  });

  it('has no circle of imports', () => {
    const files = surfaces.flatMap(sources);
    const finished = new Set<string>();
    const visit = (file: string, trail: string[]): void => {
      if (finished.has(file)) return;
      expect(trail, `circle: ${[...trail, file].join(' → ')}`).to.not.include(file);
      for (const target of imports(file)) {
        const next = [`${target}.ts`, path.join(target, 'index.ts')].find((name) =>
          files.includes(name),
        );
        if (next) visit(next, [...trail, file]);
      }
      finished.add(file);
    };
    for (const file of files) visit(file, []);
  });
});
