import { ConfigError } from '../common/config/environment';
import { readInternalConfig } from '../internal-server/config';
import { readPublicConfig } from '../public-server/config';
import { environmentFile } from './servers/environment-file';
import { serverEnvironments } from './servers/server-environments';
import { readSettings, type Settings } from './settings';

// In place of what is known only once the system has started.
const database = 'postgres://login@127.0.0.1/database';
const urls = { ownerUrl: database, publicUrl: database, internalUrl: database };
const inboxUrl = 'smtp://127.0.0.1';

/** Throws a ConfigError that lists every problem, including those of the two servers' variables. */
export function readValidatedSettings(env: NodeJS.ProcessEnv): Settings {
  const problems = new Set<string>(); // both servers report a variable that they share
  function attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const problem of error.problems) problems.add(problem);
      return undefined;
    }
  }

  const settings = attempt(() => readSettings(env));
  const inbox = env.SMTP_URL ? undefined : inboxUrl;
  const servers = serverEnvironments(settings ?? readSettings({}), urls, env, inbox);
  attempt(() => readPublicConfig(servers.public));
  attempt(() => readInternalConfig(servers.internal));
  attempt(() => environmentFile(servers.public));
  attempt(() => environmentFile(servers.internal));
  if (settings === undefined || problems.size > 0) throw new ConfigError([...problems]);
  return settings;
}
