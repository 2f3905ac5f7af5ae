import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pinBases, readBases } from '../../deploy/bases';
import { runToEnd } from '../support/process/printed-output';
import { temporaryFolder } from '../support/process/postgres';

const root = path.join(__dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const a = digestOf('a');
const b = digestOf('b');

describe('the bases of the images', () => {
  const bases = readBases(read('Dockerfile'));

  it('are named in the Dockerfile, each once, with a tag and a digest or none', () => {
    expect(bases.map(({ stage }) => stage)).to.deep.equal(['node', 'postgres', 'gcs', 'mail']);
  });

  it('are copied from by their stages only', () => {
    const copied = [...read('Dockerfile').matchAll(/--from=(\S+)/g)].map(([, name]) => name);
    const stages = [...read('Dockerfile').matchAll(/^FROM .* AS (\w+)$/gm)].map(([, name]) => name);
    expect(copied).to.not.be.empty;
    expect(stages).to.include.members(copied);
  });

  it('are named nowhere else', () => {
    const elsewhere = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
      .split('\n')
      .filter((file) => /^\.ci\/|\.ya?ml$|Dockerfile|\.sh$/.test(file) && file !== 'Dockerfile');
    expect(elsewhere).to.include.members(['docker-compose.yml', '.ci/run']);
    const named = elsewhere.flatMap((file) => {
      const images = [...read(file).matchAll(/^\s*image:(?! *lead-intake-\w+$)(.+)$/gm)];
      const mentioned = bases.filter(({ image, tag }) => read(file).includes(`${image}:${tag}`));
      const stages = /^FROM /im.test(read(file)) ? ['FROM'] : [];
      return [...images.map(([, name]) => name), ...mentioned, ...stages].map(
        (name) => `${file}: ${JSON.stringify(name)}`,
      );
    });
    expect(named).to.deep.equal([]);
  });
});

describe('readBases', () => {
  it('reads image, tag and digest, and leaves out stages', () => {
    const text = `FROM --platform=linux/amd64 node:24 AS node\nFROM node AS x\nfrom ghcr.io:443/a/b:1@${a}\nFROM scratch\n`;
    expect(readBases(text)).to.deep.equal([
      { stage: 'node', image: 'node', tag: '24', digest: undefined },
      { stage: '', image: 'ghcr.io:443/a/b', tag: '1', digest: a },
    ]);
  });

  for (const name of [
    'node',
    'node:',
    'ghcr.io:443/a',
    `node@${a}`,
    'node:24@',
    'node:24@sha256:1',
  ]) {
    it(`refuses ${name}`, () => {
      expect(() => readBases(`FROM ${name} AS x\n`)).to.throw('must');
    });
  }

  for (const digest of [a.toUpperCase(), a.slice(0, -1), `${a}0`, a.replace('256', '512')]) {
    it(`refuses the digest ${digest}`, () => {
      expect(() => readBases(`FROM node:24@${digest} AS x\n`)).to.throw('must have a digest');
    });
  }
});

describe('pinBases', () => {
  it('writes a digest, or replaces it, and leaves all else', () => {
    const text = `# node:24\nFROM node:24 AS node\nFROM node AS y\nFROM db:1@${a} AS db\n`;
    const digests = new Map([
      ['node:24', b],
      ['db:1', b],
    ]);
    expect(pinBases(text, digests)).to.equal(
      `# node:24\nFROM node:24@${b} AS node\nFROM node AS y\nFROM db:1@${b} AS db\n`,
    );
  });
});

describe('deploy/pin-bases.ts', () => {
  /** Speaks the registry's HTTP API V2, with its token authentication. */
  const manifests: Record<string, string> = {
    '/v2/library/node/manifests/24': '{"schemaVersion":2,"manifests":[]}',
    '/v2/owner/tool/manifests/v1': '{"schemaVersion":2,"manifests":[{}]}',
  };
  let lie: string | undefined;
  let server: Server;
  let url: string;
  let file: string;
  let folder: string;

  before(async () => {
    server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', url);
      if (pathname === '/token') {
        const scope = searchParams.get('scope') ?? '';
        response.end(JSON.stringify({ token: `${searchParams.get('service')}|${scope}` }));
        return;
      }
      const scope = `repository:${pathname.slice('/v2/'.length).split('/manifests')[0]}:pull`;
      if (request.headers.authorization !== `Bearer stand-in|${scope}`) {
        const realm = `Bearer realm="${url}/token",service="stand-in",scope="${scope}"`;
        response.writeHead(401, { 'WWW-Authenticate': realm }).end();
        return;
      }
      const body = manifests[pathname];
      const isAskedForLists = request.headers.accept?.includes('image.index.v1+json');
      if (!body || !isAskedForLists) return void response.writeHead(404).end();
      response.writeHead(200, { 'Docker-Content-Digest': lie ?? digestOf(body) }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    folder = await temporaryFolder();
    file = path.join(folder, 'Dockerfile');
  });

  beforeEach(() => {
    lie = undefined;
  });

  after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  async function pin(text: string) {
    await writeFile(file, text);
    const args = ['deploy/pin-bases.ts', '--file', file, '--registry', url];
    const { code, output } = await runToEnd(args, {});
    return { code, output, text: await readFile(file, 'utf8') };
  }

  it('writes the digests that the registry has', async () => {
    const node = digestOf(manifests['/v2/library/node/manifests/24']!);
    const tool = digestOf(manifests['/v2/owner/tool/manifests/v1']!);
    const first = await pin(`FROM node:24 AS node\nFROM node AS x\nFROM owner/tool:v1@${a} AS t\n`);
    const pinned = `FROM node:24@${node} AS node\nFROM node AS x\nFROM owner/tool:v1@${tool} AS t\n`;
    expect(first).to.include({ code: 0, text: pinned });
    expect(first.output).to.include(`node:24 ${node} (was not pinned)`).and.include(`(was ${a})`);
    const again = await pin(pinned);
    expect(again).to.include({ code: 0, text: pinned });
    expect(again.output.match(/unchanged/g)).to.have.lengthOf(2);
  });

  it('changes nothing when one is missing, or not what the registry says', async () => {
    const missing = `FROM node:24 AS node\nFROM owner/gone:v1 AS t\n`;
    const refused = await pin(missing);
    expect(refused).to.include({ code: 1, text: missing });
    expect(refused.output).to.include(
      'owner/gone:v1 could not be looked up (the registry answered',
    );
    lie = a;
    expect(await pin('FROM node:24 AS node\n')).to.include({
      code: 1,
      text: 'FROM node:24 AS node\n',
    });
  });
});
