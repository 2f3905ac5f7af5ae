import createError from 'http-errors';
import { z } from 'zod';
import { hashPassword } from '../../common/accounts/passwords';
import type { AuditRepository } from '../../common/audit/repository';
import type { AccountRepository } from '../../common/accounts/repository';
import type { OwnPasswordDeps } from '../accounts/change-own-password';
import { addressTaken, lastAdministrator, newAccountFields, newPassword } from '../accounts/fields';
import { findAccount } from '../accounts/find-account';
import { passwordProblem } from '../accounts/password-rules';
import {
  accountChange,
  changeDescription,
  chosenPassword,
  passwordProblems,
  refused,
  requireAllowed,
} from './account-change';
import { accountExample } from './examples';
import { operation, type ApiContext } from './operation';
import { accountShape, listOf, toAccountShape } from './shapes';

export interface AccountOperationDeps extends OwnPasswordDeps {
  audit: Pick<AuditRepository, 'record'>;
  accounts: Pick<AccountRepository, 'create' | 'find' | 'list' | 'change'>;
}

const { email, name, role } = accountExample;
const createdExample = {
  ...accountExample,
  must_change_password: true,
  last_seen_at: null,
  password: 'w7Yk-3mPq-Zc9t-Hn4d',
};

// OpenAPI patterns have no flags, so they are written again.
const { email: emailField, name: nameField } = newAccountFields.shape;
const documentedFields = newAccountFields.extend({
  email: emailField.meta({ pattern: '^[^\\s@<>,;:]+@[^\\s@<>,;:]+$', maxLength: 254 }),
  name: nameField.meta({ pattern: '^\\P{Cc}{1,100}$' }),
});

export function accountOperations(deps: AccountOperationDeps) {
  const { accounts, audit, config } = deps;
  const recordRead = (ctx: ApiContext) =>
    audit.record({ actor: ctx.state.account.id, action: 'ACCOUNTS_READ' });

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
      async handle(ctx) {
        await recordRead(ctx);
        return { items: (await accounts.list()).map(toAccountShape) };
      },
    }),

    operation({
      method: 'post',
      path: '/api/accounts',
      summary: 'Create an account',
      description:
        'Without a password, one is generated and returned in this response only. It must be changed at the first sign-in.',
      body: documentedFields
        .extend({ password: chosenPassword.optional() })
        .strict()
        .meta({ id: 'NewAccount', example: { email, name, role } }),
      status: 201,
      response: accountShape
        .extend({ password: z.string().optional() })
        .meta({ id: 'CreatedAccount', example: createdExample }),
      async handle(ctx, { body }) {
        const { password: chosen, ...fields } = body;
        const problem =
          chosen === undefined ? undefined : await passwordProblem(chosen, fields, config);
        if (problem) throw refused({ password: problem });
        const { password, generated } = newPassword(chosen ?? '');
        const passwordHash = await hashPassword(password);
        const temporary = { passwordHash, mustChangePassword: true };
        const created = await accounts.create({ ...fields, ...temporary }, ctx.state.account.id);
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
      description: changeDescription,
      body: accountChange,
      response: accountShape,
      example: { ...accountExample, role: 'ADMIN' },
      errors: [403, 409],
      async handle(ctx, { body }) {
        const account = await findAccount(accounts, ctx.params.id);
        const { id: actor } = ctx.state.account;
        requireAllowed(ctx.state.account, body);
        const problems = await passwordProblems(deps, ctx, account, body);
        if (Object.keys(problems).length > 0) throw refused(problems);
        const { role, is_active: isActive, password } = body;
        const change = {
          ...(role && { role }),
          ...(isActive !== undefined && { isActive }),
          ...(password !== undefined && { passwordHash: await hashPassword(password) }),
          ...(account.id === actor && { replaces: account.passwordHash }),
        };
        const isChanged = await accounts.change(account.id, change, actor);
        if (!isChanged) throw createError(409, lastAdministrator);
        await recordRead(ctx);
        return toAccountShape(await findAccount(accounts, account.id));
      },
    }),
  ];
}
