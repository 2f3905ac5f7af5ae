import path from 'node:path';
import { internalVariables } from '../internal-server/config';
import { publicVariables } from '../public-server/config';
import type { Provisioned } from './provision';
import type { Settings } from './settings';

type Environment = Record<string, string>;

export interface ServerEnvironments {
  public: Environment;
  internal: Environment;
}

const madeHere = ['DATABASE_URL', 'HOST', 'PORT', 'OPS_PORT', 'DRAIN_SECONDS'];

/** What each server is given: its own variables as they are set, else defaults that work here. */
export function serverEnvironments(
  settings: Settings,
  urls: Provisioned,
  given: NodeJS.ProcessEnv,
  inboxUrl: string | undefined,
): ServerEnvironments {
  const shared = {
    RESUME_STORE: 'local',
    RESUME_DIR: path.join(settings.dataDir, 'resumes'),
    HOST: '127.0.0.1',
  };
  const mail = inboxUrl && {
    SMTP_URL: inboxUrl,
    MAIL_FROM: 'intake@localhost',
    ATTORNEY_EMAILS: 'attorneys@localhost',
  };
  return {
    public: {
      ...shared,
      ...pick(given, handedOn(publicVariables)),
      ...opsPort(settings.opsPort),
      DATABASE_URL: urls.publicUrl,
      PORT: String(settings.publicPort),
    },
    internal: {
      ...shared,
      ...mail,
      INTERNAL_BASE_URL: `http://localhost:${settings.internalPort}`,
      ...pick(given, handedOn(internalVariables)),
      ...opsPort(settings.opsPort && settings.opsPort + 1),
      DATABASE_URL: urls.internalUrl,
      PORT: String(settings.internalPort),
    },
  };
}

function opsPort(port: number | undefined): Environment {
  return port === undefined ? {} : { OPS_PORT: String(port) };
}

function handedOn(variables: readonly string[]): string[] {
  return variables.filter((name) => !madeHere.includes(name));
}

function pick(env: NodeJS.ProcessEnv, names: readonly string[]): Environment {
  const found = names.map((name) => [name, env[name]] as const);
  return Object.fromEntries(found.filter((pair): pair is [string, string] => Boolean(pair[1])));
}
