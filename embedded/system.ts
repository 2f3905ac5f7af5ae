import { randomBytes } from 'node:crypto';
import { mkdir, readlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureAdministrator } from './administrator';
import { startServer } from './servers/server-process';
import { openDataFolder } from './open-data-folder';
import { environmentFile } from './environment-file';
import { startInbox } from './inbox/inbox';
import { startPostgres } from './postgres/start';
import { provision } from './provision';
import { serverEnvironments } from './servers/server-environments';
import { checkPorts, type Settings } from './settings';

export type System = Awaited<ReturnType<typeof startSystem>>;

/** Starts everything. Calls `opened` with what stops each part, in the order of starting. */
export async function startSystem(
  settings: Settings,
  env: NodeJS.ProcessEnv,
  opened: Opened,
  start = startServer,
) {
  const { dataDir } = settings;
  const within = (name: string) => path.join(dataDir, name);
  await openDataFolder(dataDir);
  await checkPorts(settings);

  const postgres = await startPostgres({ dataDir, durable: true });
  opened(() => postgres.stop());
  const passwords = {
    owner: randomPassword(),
    publicServer: randomPassword(),
    internalServer: randomPassword(),
  };
  const urls = await provision(postgres.superuserUrl, { database: 'lead_intake', passwords });
  const inbox = await openInbox(settings, opened);
  const environments = serverEnvironments(settings, urls, env, inbox?.smtpUrl);
  await writeEnvironment(within('owner.env'), { MIGRATION_DATABASE_URL: urls.ownerUrl });
  await writeEnvironment(within('public.env'), environments.public);
  await writeEnvironment(within('internal.env'), environments.internal);

  const logFolder = within('logs');
  for (const folder of [logFolder, within('resumes')]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  const servers = [
    start({ name: 'public', env: environments.public, logFolder }),
    start({ name: 'internal', env: environments.internal, logFolder }),
  ];
  opened(() => Promise.all(servers.map((server) => server.stop())));
  const [credentials] = await Promise.all([
    ensureAdministrator(urls.ownerUrl, settings),
    ...servers.map((server) => server.untilReady()),
  ]);

  const databaseFolder = await readlink(within('postgres')).catch(() => undefined); // no link
  const postgresEnded = postgres.gone.then(() => new Error('Postgres ended.'));
  return {
    /** The first administrator's, when this start created that account. */
    credentials,
    /** Undefined when the database is in the data folder, like everything else. */
    databaseFolder,
    /** Resolves when a part of the system has ended by itself. */
    failure: Promise.race([postgresEnded, ...servers.map((server) => server.ended)]),
  };
}

type Opened = (close: () => Promise<unknown>) => void;

async function openInbox({ inboxPort, dataDir }: Settings, opened: Opened) {
  if (inboxPort === undefined) return undefined;
  const inbox = await startInbox({ folder: path.join(dataDir, 'inbox'), port: inboxPort });
  opened(() => inbox.close());
  return inbox;
}

function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}

async function writeEnvironment(file: string, variables: Record<string, string>): Promise<void> {
  await writeFile(file, environmentFile(variables), { mode: 0o600 });
}
