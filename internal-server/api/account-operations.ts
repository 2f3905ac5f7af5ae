import createError from 'http-errors';
import { z } from 'zod';
import type { AccountRepository } from '../../common/accounts/repository';
import { hashPassword, minPasswordLength } from '../../common/accounts/passwords';
import {
  addressTaken,
  lastAdministrator,
  maxPasswordLength,
  newAccountFields,
  newPassword,
  passwordProblem,
  roleField,
} from '../accounts/fields';
import { findAccount } from '../accounts/find-account';
import { accountExample } from './examples';
import { operation } from './operation';
import { accountShape, listOf, toAccountShape } from './shapes';

export interface AccountOperationDeps {
  accounts: Pick<AccountRepository, 'create' | 'find' | 'list' | 'change'>;
}

const chosenPassword = z
  .string()
  .superRefine((password, context) => {
    const message = passwordProblem(password);
    if (message) context.addIssue({ code: 'custom', message });
  })
  .meta({ minLength: minPasswordLength, maxLength: maxPasswordLength, format: 'password' });

const { email, name, role } = accountExample;
const createdExample = { ...accountExample, last_seen_at: null, password: 'w7Yk-3mPq-Zc9t-Hn4d' };

// OpenAPI patterns have no flags, so they are written again.
const { email: emailField, name: nameField } = newAccountFields.shape;
const documentedFields = newAccountFields.extend({
  email: emailField.meta({ pattern: '^[^\\s@<>,;:]+@[^\\s@<>,;:]+$', maxLength: 254 }),
  name: nameField.meta({ pattern: '^\\P{Cc}{1,100}$' }),
});

export function accountOperations({ accounts }: AccountOperationDeps) {
  return [
    operation({
      method: 'get',
      path: '/api/me',
      summary: 'Read your own account',
      response: accountShape,
      handle: async (ctx) => toAccountShape(await findAccount(accounts, ctx.state.account.id)),
    }),

    operation({
      method: 'get',
      path: '/api/accounts',
      summary: 'List the accounts',
      response: listOf(accountShape, accountExample),
      handle: async () => ({ items: (await accounts.list()).map(toAccountShape) }),
    }),

    operation({
      method: 'post',
      path: '/api/accounts',
      summary: 'Create an account',
      description: 'Without a password, one is generated and returned in this response only.',
      body: documentedFields
        .extend({ password: chosenPassword.optional() })
        .strict()
        .meta({ id: 'NewAccount', example: { email, name, role } }),
      status: 201,
      response: accountShape
        .extend({ password: z.string().optional() })
        .meta({ id: 'CreatedAccount', example: createdExample }),
      async handle(ctx, { body }) {
        const { password: chosen = '', ...fields } = body;
        const { password, generated } = newPassword(chosen);
        const passwordHash = await hashPassword(password);
        const created = await accounts.create({ ...fields, passwordHash }, ctx.state.account.id);
        if (!created) {
          const errors = [{ field: 'email', message: addressTaken }];
          throw createError(422, addressTaken, { errors });
        }
        return { ...toAccountShape(created), ...(generated && { password: generated }) };
      },
    }),

    operation({
      method: 'patch',
      path: '/api/accounts/:id',
      summary: 'Change the role or the password, or whether the account may sign in',
      description: 'A new password revokes the tokens. 409: this is the last active administrator.',
      body: z
        .strictObject({
          role: roleField.optional(),
          is_active: z.boolean().optional(),
          password: chosenPassword.optional(),
        })
        .meta({ id: 'AccountChange', example: { role: 'ADMIN', is_active: true } }),
      response: accountShape,
      example: { ...accountExample, role: 'ADMIN' },
      errors: [409],
      async handle(ctx, { body }) {
        const { id } = await findAccount(accounts, ctx.params.id);
        const actor = ctx.state.account.id;
        const { role, is_active: isActive, password } = body;
        const passwordHash = password === undefined ? undefined : await hashPassword(password);
        const change = {
          ...(role && { role }),
          ...(isActive !== undefined && { isActive }),
          ...(passwordHash && { passwordHash }),
        };
        if (!(await accounts.change(id, change, actor))) throw createError(409, lastAdministrator);
        return toAccountShape(await findAccount(accounts, id));
      },
    }),
  ];
}
