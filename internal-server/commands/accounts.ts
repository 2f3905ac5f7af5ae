import { z } from 'zod';
import {
  createAccountRepository,
  type AccountChange,
  type AccountRepository,
} from '../../common/accounts/repository';
import { hashPassword } from '../../common/accounts/passwords';
import { runCommand, UsageError } from '../../common/config/arguments';
import { databaseUrl, readEnvironment } from '../../common/config/environment';
import { withDatabase } from '../../common/database/with-database';
import { newAccountFields, newPassword } from '../accounts/fields';
import { passwordProblem, type PasswordOwner } from '../accounts/password-rules';

const usage = `Usage: npm run accounts -- <command>
  create --email ann@firm.example --name "Ann Lee" [--role ADMIN|ATTORNEY]
  list
  disable --email ann@firm.example
  enable --email ann@firm.example
  set-role --email ann@firm.example --role ADMIN|ATTORNEY
  set-password --email ann@firm.example
A new password is read from the variable NEW_PASSWORD. Without it, one is generated and printed.
It must be changed at the first sign-in.
DATABASE_URL is the internal server's login; FIRM_NAME is not accepted as a password.`;

const text = { type: 'string' } as const;
const options = { email: text, name: text, role: text };

type Given = Record<keyof typeof options, string>;

interface AccountCommand {
  required: readonly (keyof Given)[];
  optional?: readonly (keyof Given)[];
  run(accounts: AccountRepository, given: Given): Promise<void>;
}

const commands: Record<string, AccountCommand> = {
  create: {
    required: ['email', 'name'],
    optional: ['role'],
    async run(accounts, given) {
      const account = readFields(newAccountFields, given);
      const { password, notice } = await readNewPassword(account);
      const passwordHash = await hashPassword(password);
      const temporary = { passwordHash, mustChangePassword: true };
      const created = await accounts.create({ ...account, ...temporary }, 'system');
      if (!created) throw new Error(`There is already an account for ${account.email}.`);
      console.log(`Created ${created.email} (${created.role}).${notice}`);
    },
  },

  list: {
    required: [],
    async run(accounts) {
      for (const { email, name, role, isActive, lastSeenAt } of await accounts.list()) {
        const seen = lastSeenAt ? `last seen ${lastSeenAt.toISOString()}` : 'never seen';
        console.log([email, name, role, isActive ? 'active' : 'disabled', seen].join('\t'));
      }
    },
  },

  disable: { required: ['email'], run: (accounts, given) => setActive(accounts, given, false) },
  enable: { required: ['email'], run: (accounts, given) => setActive(accounts, given, true) },

  'set-role': {
    required: ['email', 'role'],
    async run(accounts, given) {
      const { role } = readFields(newAccountFields.pick({ role: true }), given);
      const email = await change(accounts, given, { role });
      console.log(`${email} now has the role ${role}.`);
    },
  },

  'set-password': {
    required: ['email'],
    async run(accounts, given) {
      const account = await find(accounts, given);
      const { id, email } = account;
      const { password, notice } = await readNewPassword(account);
      await accounts.setPassword(id, await hashPassword(password), 'system');
      console.log(`Set the password of ${email}.${notice}`);
    },
  },
};

function readCommand([name, ...others]: string[], given: Partial<Given>): AccountCommand {
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (name === undefined) throw new UsageError('A command is missing.');
  if (!command) throw new UsageError(`Unknown command '${name}'.`);
  if (others[0] !== undefined) throw new UsageError(`Unexpected argument '${others[0]}'.`);
  const { required, optional = [] } = command;
  const missing = required.find((option) => !given[option]);
  if (missing) throw new UsageError(`--${missing} is missing.`);
  const known: string[] = [...required, ...optional];
  const unknown = Object.keys(given).find((option) => !known.includes(option));
  if (unknown) throw new UsageError(`${name} does not take --${unknown}.`);
  return command;
}

/** Throws an error with one line for each invalid option. */
function readFields<Fields extends z.ZodType>(fields: Fields, given: Given): z.output<Fields> {
  const { success, data, error } = fields.safeParse(given);
  if (success) return data;
  const lines = error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`);
  throw new Error(lines.join('\n'));
}

async function setActive(accounts: AccountRepository, given: Given, isActive: boolean) {
  const email = await change(accounts, given, { isActive });
  console.log(`${isActive ? 'Enabled' : 'Disabled'} ${email}.`);
}

/** Returns the account's email address. */
async function change(accounts: AccountRepository, given: Given, to: AccountChange) {
  const { id, email } = await find(accounts, given);
  if (await accounts.change(id, to, 'system')) return email;
  throw new Error(`${email} is the last active administrator. Nothing was changed.`);
}

async function find(accounts: AccountRepository, { email }: Given) {
  const account = await accounts.findByEmail(email);
  if (!account) throw new Error(`There is no account for ${email}.`);
  return account;
}

/** From a variable, because every user of the machine can read the command line. */
async function readNewPassword(owner: PasswordOwner) {
  const chosen = process.env.NEW_PASSWORD ?? '';
  const firm = { firm: { name: process.env.FIRM_NAME ?? '' }, attorneyEmails: [] };
  const problem = chosen && (await passwordProblem(chosen, owner, firm));
  if (problem) throw new Error(`NEW_PASSWORD: ${problem}`);
  const { password, generated } = newPassword(chosen);
  const shown = generated ? ` Password: ${generated}` : '';
  return { password, notice: `${shown}\nThe password must be changed at the first sign-in.` };
}

const variables = z.object({
  DATABASE_URL: databaseUrl("the internal server's login"),
});

void runCommand({ usage, options, allowPositionals: true }, async ({ positionals, values }) => {
  const command = readCommand(positionals, values);
  const { DATABASE_URL } = readEnvironment(variables, process.env);
  const given = { email: '', name: '', role: 'ATTORNEY', ...values };
  await withDatabase({ url: DATABASE_URL, variable: 'DATABASE_URL' }, (db) =>
    command.run(createAccountRepository(db), given),
  );
});
