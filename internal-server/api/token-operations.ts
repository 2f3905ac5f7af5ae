import createError from 'http-errors';
import { z } from 'zod';
import type { TokenRepository } from '../../common/accounts/tokens';
import { operation } from './operation';

export interface TokenOperationDeps {
  tokens: Pick<TokenRepository, 'create'>;
}

const yearSeconds = 365 * 24 * 60 * 60;

const tokenExample = {
  access_token: 'lead_example-example-example-example-example-ex',
  token_type: 'bearer',
  expires_in: 86_400,
};

export function tokenOperations({ tokens }: TokenOperationDeps) {
  return [
    operation({
      method: 'post',
      path: '/api/token',
      summary: 'Create a token for yourself',
      description: 'Needs Basic credentials: a token cannot create tokens.',
      body: z
        .strictObject({
          name: z
            .string()
            .trim()
            .regex(/^\P{Cc}{1,100}$/u)
            .default('API')
            .meta({
              pattern: '^\\P{Cc}{1,100}$',
              description: 'Shown in the list of tokens; one line',
            }),
          expires_in: z
            .int()
            .min(1)
            .max(yearSeconds)
            .default(1800)
            .meta({ description: 'Seconds' }),
        })
        .meta({ id: 'NewToken', example: { name: 'CRM', expires_in: 86_400 } }),
      response: z
        .strictObject({
          access_token: z.string(),
          token_type: z.literal('bearer'),
          expires_in: z.int().meta({ description: 'Seconds' }),
        })
        .meta({ id: 'Token', example: tokenExample }),
      errors: [403],
      async handle(ctx, { body }) {
        if (ctx.state.hasToken) {
          throw createError(403, 'A token cannot create tokens. Use your password.');
        }
        const { name, expires_in: expiresIn } = body;
        const token = await tokens.create(ctx.state.account.id, name, expiresIn);
        return { access_token: token, token_type: 'bearer', expires_in: expiresIn };
      },
    }),
  ];
}
