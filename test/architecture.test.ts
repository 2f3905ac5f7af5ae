import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '..');
const surfaces = ['public-server', 'internal-server', 'common', 'embedded', 'migrations', 'seeds'];

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file));
}

const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** The files of this project that a text names, as paths from its root without extension. */
function importsIn(text: string, file: string): string[] {
  const named = /\b(?:from|import\(?|require(?:\.resolve)?\()\s*'(\.{1,2}\/[^']+)'/g;
  return [...text.matchAll(named)].map(([, target]) => path.join(path.dirname(file), target!));
}

const imports = (file: string) => importsIn(textOf(file), file);

/** What a file loads: the names of an `import type` exist in no running process. */
function loads(file: string): string[] {
  const types = /^(?:import|export) type [^;]*;$|typeof import\('[^']*'\)/gm;
  return importsIn(textOf(file).replace(types, ''), file);
}

/** The file that an import without extension means. */
function resolve(target: string): string | undefined {
  return [`${target}.ts`, path.join(target, 'index.ts')].find((file) =>
    existsSync(path.join(root, file)),
  );
}

/** Everything that a process loads from its entry on, lazy loads included. */
function closure(entry: string): Set<string> {
  const found = new Set([entry]);
  for (const file of found) {
    for (const target of loads(file)) {
      const loaded = resolve(target);
      if (loaded) found.add(loaded);
    }
  }
  return found;
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
    const graph = new Map(
      surfaces.flatMap(sources).map((file) => [file, imports(file).map(resolve)]),
    );
    expect(circleIn(graph)).to.be.undefined;
  });

  it('has no circle between the folders of common', () => {
    const folderOf = (file = '') => file.split(path.sep).slice(0, 2).join(path.sep);
    const graph = new Map<string, (string | undefined)[]>();
    for (const file of sources('common')) {
      const folder = folderOf(file);
      const targets = imports(file).map((target) => folderOf(resolve(target)));
      graph.set(folder, [...(graph.get(folder) ?? []), ...targets.filter((to) => to !== folder)]);
    }
    expect(circleIn(graph)).to.be.undefined;
  });

  it('has no arrow upward', () => {
    const layers = [/^(index|start|commands\/.*)$/, /^app$/, /^routes$/, /^(pages|api)\//, /./];
    const layerOf = (inside: string) => layers.findIndex((layer) => layer.test(inside));
    const upward = ['public-server', 'internal-server'].flatMap((server) =>
      sources(server).flatMap((file) =>
        imports(file)
          .filter((target) => target.startsWith(server + path.sep))
          .filter((target) => {
            const [from, to] = [file.replace(/\.ts$/, ''), target].map((name) =>
              layerOf(path.relative(server, name)),
            );
            return to! < from!;
          })
          .map((target) => `${file} imports ${target}`),
      ),
    );
    expect(upward).to.deep.equal([]);
  });
});

/** The first circle that is found, as a list of names. */
function circleIn(graph: Map<string, (string | undefined)[]>): string | undefined {
  const finished = new Set<string>();
  const visit = (node: string, trail: string[]): string | undefined => {
    if (trail.includes(node)) return [...trail, node].join(' → ');
    if (finished.has(node)) return undefined;
    for (const target of graph.get(node) ?? []) {
      const circle = target && visit(target, [...trail, node]);
      if (circle) return circle;
    }
    finished.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const circle = visit(node, []);
    if (circle) return circle;
  }
  return undefined;
}

describe('the public process', () => {
  const loaded = [...closure('public-server/index.ts')];
  const shared = loaded.filter((file) => file.startsWith(`common${path.sep}`)).sort();

  it('loads nothing that lists, reads, changes or mails a lead', () => {
    expect(shared).to.deep.equal(
      `
      config/environment config/ops config/shared-variables
      database/check-database database/connect-breaker database/connect
      database/connection-string database/is-outage
      database/privileges/advice database/privileges/check-at-start
      database/privileges/check database/privileges/problems database/privileges/read
      database/session-settings database/tls database/unusable
      encryption
      http/bounded-map http/client-network http/create-app http/error-response http/health
      http/listen http/places http/request-labels
      http/request-log http/run-server http/security-headers http/static-files
      is-uuid
      leads/add-lead leads/field-limits leads/reference
      logger
      metrics/pool-metrics metrics/request-metrics metrics/serve metrics/store-metrics
      render
      resilience/circuit-breaker resilience/http-status resilience/retry resilience/semaphore
      resilience/timed-memo resilience/timeout
      resumes/gcs/bucket resumes/gcs/intake
      resumes/key resumes/local/folder resumes/local/intake
      resumes/open-intake resumes/resume-type resumes/store-config
      `
        .trim()
        .split(/\s+/)
        .map((file) => `common/${file}.ts`),
    );
  });

  it('loads no file outside of its own folder and common', () => {
    const own = loaded.filter((file) => file.startsWith(`public-server${path.sep}`));
    expect(own.length + shared.length).to.equal(loaded.length);
  });

  it('loads at most 2,500 lines of common', () => {
    const lines = shared.map((file) => textOf(file).split('\n').length - 1);
    expect(lines.reduce((sum, count) => sum + count, 0)).to.be.at.most(2500);
  });
});
