import { z } from 'zod';
import { whole } from './environment';

/** Where the metrics are served, and to whom. */
export interface OpsConfig {
  host: string;
  port: number;
  user: string;
  password: string;
}

const variables = {
  OPS_PORT: whole(1, 65_535).optional(),
  OPS_HOST: z.string().default('127.0.0.1'),
  OPS_USER: z
    .string()
    .refine((name) => !name.includes(':'), 'must have no colon, which ends the name in basic auth')
    .optional(),
  OPS_PASSWORD: z.string().optional(),
};

export const opsVariables: readonly string[] = Object.keys(variables);

const isThere = (name: 'OPS_USER' | 'OPS_PASSWORD') => ({
  path: [name],
  message: 'is missing: OPS_PORT is set, and nobody may read the metrics without signing in',
  when: () => true, // beside what else is wrong
});

/** Reads `ops`; to be joined with a server's own variables by `and`. */
export const opsSchema = z
  .object(variables)
  .refine(({ OPS_PORT, OPS_USER }) => !OPS_PORT || OPS_USER, isThere('OPS_USER'))
  .refine(({ OPS_PORT, OPS_PASSWORD }) => !OPS_PORT || OPS_PASSWORD, isThere('OPS_PASSWORD'))
  .transform(({ OPS_PORT: port, OPS_HOST: host, OPS_USER: user, OPS_PASSWORD: password }) => {
    const ops: OpsConfig | undefined =
      port && user && password ? { host, port, user, password } : undefined;
    return { ops };
  });
