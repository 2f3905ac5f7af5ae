import path from 'node:path';
import { z } from 'zod';
import { ConfigError, emailAddress, readEnvironment, whole } from '../common/config/environment';
import { problemWith } from './ports';

const port = (standard: number) => whole(1, 65_535).prefault(String(standard));

const variables = z.object({
  PUBLIC_PORT: port(3000),
  INTERNAL_PORT: port(3001),
  INBOX_PORT: port(1080),
  DATA_DIR: z.string().default('.data'),
  ADMIN_EMAIL: emailAddress.default('admin@localhost'),
  ADMIN_PASSWORD: z.string().optional(), // checked when it is first used
  SMTP_URL: z.string().optional(),
  OPS_PORT: whole(1, 65_534).optional(), // the internal server uses the next one
});

/** The names of the variables that embedded mode itself reads. */
export const embeddedVariables: readonly string[] = Object.keys(variables.shape);

export type Settings = ReturnType<typeof readSettings>;

/** Throws a ConfigError that lists every problem. */
export function readSettings(env: NodeJS.ProcessEnv) {
  const values = readEnvironment(variables, env);
  return Object.freeze({
    publicPort: values.PUBLIC_PORT,
    internalPort: values.INTERNAL_PORT,
    /** Undefined when emails go to a real server. */
    inboxPort: values.SMTP_URL === undefined ? values.INBOX_PORT : undefined,
    /** The port of the public server's metrics; those of the internal server are on the next one. */
    opsPort: values.OPS_PORT,
    dataDir: path.resolve(values.DATA_DIR),
    admin: { email: values.ADMIN_EMAIL, password: values.ADMIN_PASSWORD },
  });
}

/** Throws a ConfigError that names the variable of every port that is not free. */
export async function checkPorts(settings: Settings): Promise<void> {
  const { opsPort } = settings;
  const ports = [
    ['PUBLIC_PORT', settings.publicPort],
    ['INTERNAL_PORT', settings.internalPort],
    ['INBOX_PORT', settings.inboxPort],
    ['OPS_PORT', opsPort],
    ['OPS_PORT', opsPort && opsPort + 1],
  ] as const;
  const problems: string[] = [];
  const seen = new Set<number>();
  for (const [variable, wanted] of ports) {
    if (wanted === undefined) continue;
    const problem = seen.has(wanted) ? 'is given twice' : await problemWith(wanted);
    seen.add(wanted);
    if (problem)
      problems.push(`${variable}: port ${wanted} ${problem}; set ${variable} to another`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
}
