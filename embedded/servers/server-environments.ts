import path from 'node:path';
import { internalVariables } from '../../internal-server/config';
import { isTimeZone } from '../../common/config/time-zone';
import { publicVariables } from '../../public-server/config';
import type { Provisioned } from '../provision';
import type { Settings } from '../settings';

type Environment = Record<string, string>;

/** So that the form, the desk and the emails look as those of a firm do. */
const exampleFirm = 'Ashworth & Lindqvist';

const setHere = ['DATABASE_URL', 'HOST', 'PORT', 'OPS_PORT', 'DRAIN_SECONDS'];

/** Returns each server's own variables: those that are set, and defaults that work on one machine. */
export function serverEnvironments(
  settings: Settings,
  urls: Provisioned,
  given: NodeJS.ProcessEnv,
  inboxUrl: string | undefined,
): Record<'public' | 'internal', Environment> {
  const shared = {
    FIRM_NAME: exampleFirm,
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
      ...passedOn(given, publicVariables),
      ...opsPort(settings.opsPort),
      DATABASE_URL: urls.publicUrl,
      PORT: String(settings.publicPort),
    },
    internal: {
      ...shared,
      ...mail,
      TIME_ZONE: machineTimeZone(),
      INTERNAL_BASE_URL: `http://localhost:${settings.internalPort}`,
      ...passedOn(given, internalVariables),
      ...opsPort(settings.opsPort && settings.opsPort + 1),
      DATABASE_URL: urls.internalUrl,
      PORT: String(settings.internalPort),
    },
  };
}

/** As far as it can be told; the servers refuse a zone that they do not know. */
function machineTimeZone(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return timeZone && isTimeZone(timeZone) ? timeZone : 'UTC';
}

function opsPort(port: number | undefined): Environment {
  return port === undefined ? {} : { OPS_PORT: String(port) };
}

/** Returns the variables that are set, without those that are decided here. */
function passedOn(env: NodeJS.ProcessEnv, variables: readonly string[]): Environment {
  const names = variables.filter((name) => !setHere.includes(name));
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}
