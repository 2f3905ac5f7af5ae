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

const setHere = ['DATABASE_URL', 'HOST', 'PORT', 'OPS_PORT', 'DRAIN_SECONDS'];

/** Returns each server's own variables: those that are set, and defaults that work on one machine. */
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
      ...pick(given, passedOn(publicVariables)),
      ...opsPort(settings.opsPort),
      DATABASE_URL: urls.publicUrl,
      PORT: String(settings.publicPort),
    },
    internal: {
      ...shared,
      ...mail,
      INTERNAL_BASE_URL: `http://localhost:${settings.internalPort}`,
      ...pick(given, passedOn(internalVariables)),
      ...opsPort(settings.opsPort && settings.opsPort + 1),
      DATABASE_URL: urls.internalUrl,
      PORT: String(settings.internalPort),
    },
  };
}

function opsPort(port: number | undefined): Environment {
  return port === undefined ? {} : { OPS_PORT: String(port) };
}

function passedOn(variables: readonly string[]): string[] {
  return variables.filter((name) => !setHere.includes(name));
}

function pick(env: NodeJS.ProcessEnv, names: readonly string[]): Environment {
  const found = names.map((name) => [name, env[name]] as const);
  return Object.fromEntries(found.filter((pair): pair is [string, string] => Boolean(pair[1])));
}
