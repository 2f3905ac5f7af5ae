import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '..');
const files = execFileSync('git', ['ls-files', 'common', 'public-server', 'internal-server'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /\.(ts|js)$/.test(file));

/** Without comments, so that those may name what the code must not use. */
const sources = new Map(
  files.map((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    return [file, text.replace(/\/\*[^]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')];
  }),
);

/** Each file with what the pattern finds in it: its first group, or all. */
function find(pattern: RegExp, inFolder = ''): string[] {
  return [...sources]
    .filter(([file]) => file.startsWith(inFolder))
    .flatMap(([file, text]) =>
      [...text.matchAll(pattern)].map(([all, group]) => `${file}: ${group ?? all}`),
    );
}

describe('the sources of the servers', () => {
  it('make no code of text', () => {
    expect(find(/\beval\(|\bnew Function\b|\bFunction\(|['"](?:node:)?vm['"]/g)).to.be.empty;
    expect(find(/set(?:Timeout|Interval)\(\s*['"`]/g)).to.be.empty;
  });

  it('start no other program', () => {
    expect(find(/['"](?:node:)?(?:child_process|cluster)['"]/g)).to.be.empty;
  });

  it('make regular expressions of their own constants alone', () => {
    const makers = find(/new RegExp\(/g).map((found) => found.split(':')[0]);
    // None of them takes what somebody sent. Look before you add one.
    expect([...new Set(makers)]).to.have.members([
      'common/database/tls.ts',
      'public-server/resume-check/filename.ts',
      'public-server/resume-check/other-kinds.ts',
      'public-server/static/assets/file-kind.js',
      'public-server/submissions/fields.ts',
    ]);
  });

  it('put text into pages as text', () => {
    const asMarkup = /\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc)\b/g;
    expect(find(asMarkup)).to.be.empty;
  });

  it('keep in the browser whether shortcuts are on, and nothing else', () => {
    const storage = /\b(?:sessionStorage|indexedDB|document\.cookie|caches)\b/g;
    expect(find(storage)).to.be.empty;
    expect(new Set(find(/localStorage\.\w+\(\s*([^,)]*)/g))).to.deep.equal(
      new Set(["internal-server/static/assets/shortcuts.js: 'shortcuts'"]),
    );
  });

  it('draw what must not be guessed from the secure generator', () => {
    const guessable = find(/Math\.random/g).map((found) => found.split(':')[0]);
    // They spread attempts over time.
    expect(guessable).to.have.members([
      'common/mail/worker.ts',
      'common/resumes/gcs/bucket.ts',
      'common/sweep/schedule.ts',
    ]);
  });
});

describe('the cryptography in docs/asvs.md', () => {
  it('is what the sources use', () => {
    const page = readFileSync(path.join(root, 'docs/asvs.md'), 'utf8');
    const listed = [...page.matchAll(/^\| `(\w+)` \| [^|]+ \| ([^|]+) \|/gm)].flatMap(
      ([, algorithm, where]) =>
        [...where!.matchAll(/`([^`]+)`/g)].map(([, file]) => `${file}: ${algorithm}`),
    );
    const used = [
      ...find(/\bcreateHash\('(\w+)'\)/g),
      ...find(/\bcreateHmac\('(\w+)'/g).map((found) => found.replace(': ', ': hmac_')),
      ...find(/\b(scrypt)(?:Sync)?[(),]/g),
      ...find(/\b(randomBytes)\(/g),
    ];
    expect([...new Set(listed)].sort()).to.deep.equal([...new Set(used)].sort());
  });

  it('comes from node:crypto alone', () => {
    expect(find(/from '((?:node:)?crypto)'/g).every((found) => found.endsWith('node:crypto'))).to.be
      .true;
    const makers =
      /\b(create(?:Cipheriv|Decipheriv|Sign|Verify|DiffieHellman|ECDH)\b|generateKey|subtle\b)/g;
    expect(find(makers)).to.be.empty;
  });
});
