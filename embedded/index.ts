import { existsSync } from 'node:fs';
import { runCommand } from '../common/config/arguments';
import { credentialsFile } from './administrator';
import { explainFailure } from './explain-failure';
import { startPatiently } from './servers/patient-server';
import type { Settings } from './settings';
import { createStarting } from './starting';
import { startSystem, type System } from './system';
import { readValidatedSettings } from './validated-settings';
import { startWatchedServer } from './servers/watched-server';

const usage = `Usage: npm start
Runs the whole system on this machine: its own Postgres, both servers and an inbox for the emails.
PUBLIC_PORT (3000), INTERNAL_PORT (3001), INBOX_PORT (1080) and DATA_DIR (.data) say where;
ADMIN_EMAIL and ADMIN_PASSWORD are the first administrator's. Each server also gets its own
variables, as far as they are set. docs/configuration.md lists them all.
  --watch  restarts a server when its sources change (npm run dev)`;

// What still runs after this time ends once this process has ended.
const stopWithinMs = 4500;

const starting = createStarting();
let dataDir = '';
let isEnding = false;

async function main(isWatching: boolean): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void end(0)); // later ones are ignored: terminal and npm both send it
  }
  // A closed terminal, or a pipe whose reader Ctrl-C has ended first, must not stop us from stopping.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  endWithNpm();
  try {
    const settings = readValidatedSettings(process.env);
    ({ dataDir } = settings);
    const start = isWatching ? startWatchedServer : startPatiently;
    const system = await startSystem(settings, process.env, starting, start);
    starting.say(announcement(settings, system));
    await starting.failed;
  } catch (error) {
    if (!isEnding) console.error(explainFailure(error, dataDir));
    await end(1);
  }
}

/** Stops what has been started so far, in order. */
async function end(code: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  const exit = () => {
    if (code === 0)
      console.log(dataDir ? `Stopped. Everything is kept in ${dataDir}.` : 'Stopped.');
    process.exit(code);
  };
  setTimeout(exit, stopWithinMs);
  if (code === 0) console.log('Stopping …');
  await starting.stop();
  exit();
}

/** A killed npm sends no signal: this process only gets another parent. */
function endWithNpm(): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid; // not a shell: the script in package.json begins with exec
  setInterval(() => {
    if (process.ppid !== npm) void end(1);
  }, 500).unref();
}

function announcement(settings: Settings, { credentials, databaseFolder }: System): string {
  const { publicPort, internalPort, inboxPort, dataDir } = settings;
  const file = credentialsFile(dataDir);
  const inbox = inboxPort ? `http://localhost:${inboxPort}` : 'none: emails go to SMTP_URL';
  return [
    '',
    `  Public form     http://localhost:${publicPort}`,
    `  Internal pages  http://localhost:${internalPort}`,
    `  Mail inbox      ${inbox}`,
    '',
    ...(credentials ? [`  Sign in as ${credentials.email} with ${credentials.password}`] : []),
    ...(existsSync(file) ? [`  The first administrator's first password is in ${file}`] : []),
    ...(databaseFolder ? [`  The database is in ${databaseFolder}`] : []),
    `  Everything is stored in ${dataDir}. Ctrl-C stops it.`,
    '',
  ].join('\n');
}

void runCommand({ usage, options: { watch: { type: 'boolean' } } }, ({ values }) =>
  main(values.watch === true),
);
