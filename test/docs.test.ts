import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { embeddedVariables } from '../embedded/settings';
import { internalVariables } from '../internal-server/config';
import { publicVariables } from '../public-server/config';

const root = path.join(__dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n');
const pages = tracked.filter((file) => file.endsWith('.md') && !file.startsWith('test/fixtures/'));
const allOf = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((m) => m[1]!);

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

describe('the documentation', () => {
  it('has no link that leads nowhere', () => {
    const broken = pages.flatMap((page) =>
      allOf(read(page), /\]\((?!https?:)([^)\s]+)\)/g).filter((link) => {
        const [file, anchor] = link.split('#') as [string, string?];
        const target = file === '' ? page : path.join(path.dirname(page), file);
        if (!existsSync(path.join(root, target))) return true;
        return (
          anchor &&
          !allOf(read(target), /^#+ (.+)$/gm)
            .map(anchorOf)
            .includes(anchor)
        );
      }),
    );
    expect(broken).to.be.empty;
  });
});

describe('docs/configuration.md', () => {
  /** What migrations, seeds and commands read besides the servers' variables. */
  function commandVariables(): string[] {
    const sources = tracked.filter((file) =>
      /^(knexfile|migrations\/.+|seeds\/.+|internal-server\/commands\/.+)\.ts$/.test(file),
    );
    const patterns = [/process\.env\.([A-Z_]+)/g, /^\s+([A-Z_]+): (?:z|url|required)\b/gm];
    return sources.flatMap((file) => patterns.flatMap((pattern) => allOf(read(file), pattern)));
  }

  it('lists every variable that is read, and no other', () => {
    const documented = allOf(read('docs/configuration.md'), /^\| `([A-Z_]+)` \|/gm);
    const known = [publicVariables, internalVariables, embeddedVariables, commandVariables()];
    expect(documented.sort()).to.deep.equal([...new Set(known.flat())].sort());
  });

  it('says which server reads a variable', () => {
    const rows = read('docs/configuration.md').matchAll(
      /^\| `([A-Z_]+)` \| (both|public|internal) \|/gm,
    );
    for (const [, name, server] of rows) {
      const readers = [
        publicVariables.includes(name!) ? 'public' : '',
        internalVariables.includes(name!) ? 'internal' : '',
      ].join('');
      expect(readers, name).to.equal(server === 'both' ? 'publicinternal' : server);
    }
  });
});

describe('docs/troubleshooting.md', () => {
  it('quotes messages as the code words them', () => {
    const sources = tracked
      .filter((file) =>
        /^(common|embedded|(public|internal)-server|migrations)\/.+\.ts$/.test(file),
      )
      .map(read)
      .join('\n');
    const quoted = allOf(read('docs/troubleshooting.md'), /^### `(.+)`$/gm);
    expect(quoted).to.not.be.empty;
    const fragments = quoted.flatMap((message) => message.split('…').map((part) => part.trim()));
    expect(fragments.filter((fragment) => !sources.includes(fragment))).to.be.empty;
  });
});

describe('docs/architecture.md', () => {
  it('names every folder of the servers, of common and of embedded', () => {
    const folders = tracked
      .filter((file) => /^(common|embedded|(public|internal)-server)\//.test(file))
      .flatMap((file) => allOf(path.dirname(file) + '/', /^[^/]+\/([^/]+)\//g));
    const map = read('docs/architecture.md');
    expect([...new Set(folders)].filter((name) => !map.includes(`\`${name}/\``))).to.be.empty;
  });
});

describe('docs/decisions/README.md', () => {
  it('lists every decision with its date', () => {
    const files = pages.filter((page) => /^docs\/decisions\/\d{3}-/.test(page));
    const listed = allOf(
      read('docs/decisions/README.md'),
      /^\| \[\d{3}\]\((.+)\) \| .+ \| \d{4}-\d\d-\d\d \|$/gm,
    );
    expect(listed).to.deep.equal(files.map((file) => path.basename(file)).sort());
  });
});
