import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import { hashFile } from '../../../../common/resumes/local/hash-file';
import { rejection } from '../../../support/rejection';
import { temporaryFolder } from '../../../support/process/postgres';

describe('hashFile', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function hashed(content: Buffer) {
    const file = path.join(folder, `${content.length}`);
    await writeFile(file, content);
    const handle = await open(file);
    try {
      return await hashFile(handle.fd);
    } finally {
      await handle.close();
    }
  }

  it('hashes files of any size, several at the same time', async () => {
    const piece = 512 * 1024;
    const contents = [0, 1, piece - 1, piece, piece + 1, 3 * piece + 7].map((n) => randomBytes(n));
    expect(await Promise.all(contents.map(hashed))).to.deep.equal(
      contents.map((content) => ({
        bytes: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
      })),
    );
  });

  it('rejects with the code of the system, and goes on with the next file', async () => {
    const handle = await open(folder);
    expect(await rejection(hashFile(handle.fd))).to.include({ code: 'EISDIR' });
    await handle.close();
    expect(await hashed(Buffer.from('abc'))).to.include({ bytes: 3 });
  });

  for (const [how, isCompiled] of [
    ['under ts-node', false],
    ['when compiled', true],
  ] as const) {
    it(`works ${how} in a process of its own`, async () => {
      const source = path.join(__dirname, '../../../../common/resumes/local');
      if (isCompiled) {
        for (const name of ['hash-file', 'hash-worker']) {
          const text = await readFile(path.join(source, `${name}.ts`), 'utf8');
          const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 };
          const { outputText } = transpileModule(text, { compilerOptions });
          await writeFile(path.join(folder, `${name}.js`), outputText);
        }
      }
      const file = JSON.stringify(path.join(isCompiled ? folder : source, 'hash-file'));
      const script =
        `require(${file}).hashFile(require('node:fs').openSync(process.execPath))` +
        '.then(({ bytes }) => console.log(bytes))';
      const flags = isCompiled ? [] : ['-r', 'ts-node/register/transpile-only'];
      const { stdout } = await promisify(execFile)(process.execPath, [...flags, '-e', script]);
      expect(Number(stdout)).to.equal((await stat(process.execPath)).size);
    });
  }
});
