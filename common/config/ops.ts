import { z } from 'zod';
import { whole } from './environment';

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

const isMissing = (name: 'OPS_USER' | 'OPS_PASSWORD') => ({
  path: [name],
  message: 'is missing: with OPS_PORT set, the metrics need a user and a password',
  when: () => true, // report it along with other problems
});

/** Reads `ops`. A server joins it to its own variables by `and`. */
export const opsSchema = z
  .object(variables)
  .refine(({ OPS_PORT, OPS_USER }) => !OPS_PORT || OPS_USER, isMissing('OPS_USER'))
  .refine(({ OPS_PORT, OPS_PASSWORD }) => !OPS_PORT || OPS_PASSWORD, isMissing('OPS_PASSWORD'))
  .transform(({ OPS_PORT: port, OPS_HOST: host, OPS_USER: user, OPS_PASSWORD: password }) => {
    const ops = port && user && password ? { host, port, user, password } : undefined;
    return { ops };
  });

/** Where the metrics are served, and who may read them. */
export type OpsConfig = NonNullable<z.output<typeof opsSchema>['ops']>;
