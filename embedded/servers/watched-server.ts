import { readdirSync, watch, type FSWatcher } from 'node:fs';
import path from 'node:path';
import { remind } from '../starting';
import { startPatiently } from './patient-server';
import type { ServerOptions, ServerProcess } from './server-process';

const root = path.join(__dirname, '../..');
const settleMs = 200; // saving a file, or checking out a branch, is several events

/** Starts the server again whenever its files change. One that fails waits for the next change. */
export function startWatchedServer(options: ServerOptions): ServerProcess {
  const { name } = options;
  let isReplacing = false;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let watchers = watchSources(name, onChange);
  let server = start();

  function start(): ServerProcess {
    const started = startPatiently(options);
    void started.ended.then(({ message }) => {
      if (!isReplacing && !isStopped) console.error(`${message}\nWaiting for a change.\n`);
    });
    return started;
  }

  function onChange(file: string | null): void {
    if (file && /^\.|~$/.test(file)) return; // an editor's own
    clearTimeout(timer);
    timer = setTimeout(() => void restart(), settleMs);
  }

  async function restart(): Promise<void> {
    if (isReplacing) {
      onChange(null); // once more when this is done
      return;
    }
    isReplacing = true;
    await server.stop();
    isReplacing = false;
    if (isStopped) return;
    close(watchers);
    watchers = watchSources(name, onChange); // there may be new folders
    console.log(`Restarting the ${name} server …`);
    server = start();
    const { logFile } = server;
    await remind(`the ${name} server. Its log: ${logFile}`, server.untilReady()).then(
      () => {
        console.log(`The ${name} server has restarted.`);
      },
      () => undefined, // said when it ended
    );
  }

  return {
    logFile: server.logFile,
    ended: new Promise(() => undefined),
    untilReady: () => server.untilReady().catch(() => undefined),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      close(watchers);
      await server.stop();
    },
  };
}

/** Folder by folder: a recursive watch on Linux loses files that an editor replaces. */
function watchSources(name: string, onChange: (file: string | null) => void): FSWatcher[] {
  const sources = [`${name}-server`, 'common', 'views'].map((source) => path.join(root, source));
  const folders = sources.flatMap((source) => {
    const entries = readdirSync(source, { recursive: true, withFileTypes: true });
    const inner = entries.filter((entry) => entry.isDirectory());
    return [source, ...inner.map((entry) => path.join(entry.parentPath, entry.name))];
  });
  return folders.map((folder) => watch(folder, (_event, file) => onChange(file)));
}

function close(watchers: FSWatcher[]): void {
  for (const watcher of watchers) watcher.close();
}
