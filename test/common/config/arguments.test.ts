import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '../../..');
const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** Runs the script as npm does, with no variables but the shell's. */
function npmRun(name: string, argument: string) {
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    const { PATH, HOME } = process.env;
    const options = { cwd: root, env: { PATH, HOME, DATA_DIR: '/nowhere' } };
    const command = ['-c', `${scripts[name] ?? ''} "$0"`, argument];
    execFile('/bin/sh', command, options, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

describe('runCommand', function () {
  this.timeout(60_000); // each test starts a process, on a machine that may be busy

  for (const name of ['start', 'migrate', 'seed', 'accounts', 'sweep']) {
    const usage = name === 'start' ? 'Usage: npm start' : `Usage: npm run ${name}`;

    it(`prints the usage of ${name} for --help`, async () => {
      const { code, stdout, stderr } = await npmRun(name, '--help');
      expect([code, stderr]).to.deep.equal([0, '']);
      expect(stdout.startsWith(usage)).to.equal(true);
    });

    for (const argument of ['--unknown', ...(name === 'accounts' ? [] : ['unknown'])]) {
      it(`refuses ${argument} for ${name}, with the reason and the usage`, async () => {
        const { code, stdout, stderr } = await npmRun(name, argument);
        expect([code, stdout]).to.deep.equal([1, '']);
        expect(stderr).to.match(/^(Unknown option '--unknown'|Unexpected argument 'unknown')\.\n/);
        expect(stderr).to.include(`\n\n${usage}`);
      });
    }
  }
});
