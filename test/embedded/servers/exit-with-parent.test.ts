import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const exitWithParent = path.join(__dirname, '../../../embedded/servers/exit-with-parent.ts');

let server: ChildProcess;

function startServer(script: string): void {
  const options = ['-r', 'ts-node/register/transpile-only', '-r', exitWithParent, '-e', script];
  server = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
}

describe('exit-with-parent', () => {
  afterEach(() => server.kill('SIGKILL'));

  it('ends a server in order when its parent is gone', async () => {
    startServer(`
      process.on('SIGTERM', () => process.exit(7));
      setInterval(() => {}, 1000);
      console.log('up');`);
    await once(server.stdout!, 'data');
    server.disconnect();
    expect(await once(server, 'exit')).to.deep.equal([7, null]);
  });

  it('ends a server that ignores SIGTERM', async () => {
    startServer(`
      process.on('SIGTERM', () => {});
      setInterval(() => {}, 1000);
      console.log('up');`);
    await once(server.stdout!, 'data');
    server.disconnect();
    expect(await once(server, 'exit')).to.deep.equal([1, null]);
  });

  it('ends a server whose parent is gone before it has started', async () => {
    startServer('setInterval(() => {}, 1000);');
    server.disconnect();
    expect(await once(server, 'exit')).to.deep.equal([null, 'SIGTERM']);
  });

  it('does not keep an idle server running', async () => {
    startServer('');
    expect(await once(server, 'exit')).to.deep.equal([0, null]);
  });
});
