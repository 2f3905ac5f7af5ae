import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const exitWithParent = path.join(__dirname, '../../embedded/exit-with-parent.ts');

let server: ChildProcess;

function onLeash(script: string): void {
  const options = ['-r', 'ts-node/register/transpile-only', '-r', exitWithParent, '-e', script];
  server = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
}

describe('the exitWithParent', () => {
  afterEach(() => server.kill('SIGKILL'));

  it('ends a server in order when its starter is gone', async () => {
    onLeash(`
      process.on('SIGTERM', () => process.exit(7));
      setInterval(() => {}, 1000);
      console.log('up');`);
    await once(server.stdout!, 'data');
    server.disconnect();
    expect(await once(server, 'exit')).to.deep.equal([7, null]);
  });

  it('ends a server that does not stop when it is asked to', async () => {
    onLeash(`
      process.on('SIGTERM', () => {});
      setInterval(() => {}, 1000);
      console.log('up');`);
    await once(server.stdout!, 'data');
    server.disconnect();
    expect(await once(server, 'exit')).to.deep.equal([1, null]);
  });

  it('ends a server whose starter is gone before it has come up', async () => {
    onLeash('setInterval(() => {}, 1000);');
    server.disconnect();
    expect(await once(server, 'exit')).to.deep.equal([null, 'SIGTERM']);
  });

  it('does not keep a server running that has nothing left to do', async () => {
    onLeash('');
    expect(await once(server, 'exit')).to.deep.equal([0, null]);
  });
});
