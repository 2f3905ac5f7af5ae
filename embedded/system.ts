import { randomBytes } from 'node:crypto';
import { mkdir, readlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureAdministrator } from './administrator';
import { readInternalConfig } from '../internal-server/config';
import type { ServerOptions, ServerProcess } from './servers/server-process';
import { openDataFolder } from './open-data-folder';
import { environmentFile } from './servers/environment-file';
import { startInbox } from './inbox/inbox';
import { startPostgres, type EmbeddedPostgres } from './postgres/start';
import { provision } from './provision';
import { serverEnvironments } from './servers/server-environments';
import { checkPorts, type Settings } from './settings';
import type { Starting } from './starting';

export type System = Awaited<ReturnType<typeof startSystem>>;

/** Starts everything, and reports each step and each part to `starting`. */
export async function startSystem(
  settings: Settings,
  env: NodeJS.ProcessEnv,
  starting: Starting,
  start: (options: ServerOptions) => ServerProcess,
) {
  const { dataDir } = settings;
  const within = (name: string) => path.join(dataDir, name);
  await openDataFolder(dataDir);
  await checkPorts(settings);

  const postgres = await startPostgres({ dataDir, durable: true }, starting);
  starting.watch(postgres.ended);
  const urls = await openDatabase(postgres, starting);
  const inbox = await openInbox(settings, starting);
  const environments = serverEnvironments(settings, urls, env, inbox?.smtpUrl);
  await writeEnvironment(within('owner.env'), { MIGRATION_DATABASE_URL: urls.ownerUrl });
  await writeEnvironment(within('public.env'), environments.public);
  await writeEnvironment(within('internal.env'), environments.internal);

  const logFolder = within('logs');
  for (const folder of [logFolder, within('resumes')]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
  starting.say('Starting the public server and the internal server …');
  const servers = (['public', 'internal'] as const).map((name) => {
    const server = start({ name, env: environments[name], logFolder });
    starting.watch(server.ended);
    return { name, ...server };
  });
  starting.opened(() => Promise.all(servers.map((server) => server.stop())));
  const administrator = ensureAdministrator(
    urls.ownerUrl,
    settings,
    readInternalConfig(environments.internal),
  );
  const [credentials] = await Promise.all([
    starting.waitFor(`the first account. The database's log: ${postgres.log}`, administrator),
    ...servers.map(({ name, logFile, untilReady }) =>
      starting.waitFor(`the ${name} server. Its log: ${logFile}`, untilReady()),
    ),
  ]);
  const databaseFolder = await readlink(within('postgres')).catch(() => undefined); // no link
  return {
    /** The first administrator's, while nobody has signed in with them. */
    credentials,
    /** Undefined when the database is in the data folder, like everything else. */
    databaseFolder,
  };
}

/** Creates the database and its logins, or brings them up to date. */
async function openDatabase(postgres: EmbeddedPostgres, starting: Starting) {
  const passwords = {
    owner: randomPassword(),
    publicServer: randomPassword(),
    internalServer: randomPassword(),
  };
  starting.say('Bringing the database up to date …');
  const work = provision(postgres.superuserUrl, { database: 'lead_intake', passwords });
  const what = `the database to be up to date. Its log: ${postgres.log}`;
  return starting.waitFor(what, work).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `The database could not be brought up to date: ${reason}\nIts log is ${postgres.log}`,
      { cause },
    );
  });
}

async function openInbox({ inboxPort, dataDir }: Settings, { opened }: Starting) {
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
