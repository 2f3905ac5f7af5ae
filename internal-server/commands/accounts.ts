import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createAccountRepository, type AccountRepository } from '../../common/accounts/repository';
import { readEnvironment, url } from '../../common/config/environment';
import { createDatabase } from '../../common/database/connect';
import { hashPassword } from '../../common/accounts/passwords';
import { newAccountFields, newPassword, passwordProblem } from '../accounts/fields';

const usage = `Usage: npm run accounts -- <command>
  create --email ann@firm.example --name "Ann Lee" [--role ADMIN|ATTORNEY]
  list
  disable --email ann@firm.example
  enable --email ann@firm.example
  set-role --email ann@firm.example --role ADMIN|ATTORNEY
  set-password --email ann@firm.example
A new password is read from the variable NEW_PASSWORD; without it, one is generated and printed.
DATABASE_URL is the internal server's login.`;

interface Options {
  email?: string | undefined;
  name?: string | undefined;
  role?: string | undefined;
}

async function main(): Promise<void> {
  const { positionals, values } = readArguments();
  const [name = '', ...others] = positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command || others.length > 0) throw new Error(usage);
  const schema = z.object({
    DATABASE_URL: url("the internal server's login", 'postgres:', 'postgresql:'),
  });
  const db = createDatabase(readEnvironment(schema, process.env).DATABASE_URL);
  try {
    await command(createAccountRepository(db), values);
  } finally {
    await db.destroy();
  }
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { email: { type: 'string' }, name: { type: 'string' }, role: { type: 'string' } },
    });
  } catch {
    throw new Error(usage);
  }
}

const commands: Record<string, (accounts: AccountRepository, options: Options) => Promise<void>> = {
  async create(accounts, options) {
    if (!options.email || !options.name) throw new Error(usage);
    const account = read(newAccountFields, { ...options, role: options.role ?? 'ATTORNEY' });
    const { password, word } = readNewPassword();
    const passwordHash = await hashPassword(password);
    const created = await accounts.create({ ...account, passwordHash }, 'system');
    if (!created) throw new Error(`There is an account for ${account.email} already.`);
    console.log(`Created ${created.email} (${created.role}).${word}`);
  },

  async list(accounts) {
    for (const { email, name, role, isActive, lastSeenAt } of await accounts.list()) {
      const seen = lastSeenAt ? `last seen ${lastSeenAt.toISOString()}` : 'never seen';
      console.log([email, name, role, isActive ? 'active' : 'disabled', seen].join('\t'));
    }
  },

  disable: (accounts, options) => setActive(accounts, options, false),
  enable: (accounts, options) => setActive(accounts, options, true),

  async 'set-role'(accounts, options) {
    if (!options.role) throw new Error(usage);
    const { role } = read(newAccountFields.pick({ role: true }), options);
    const { id, email } = await find(accounts, options);
    if (!(await accounts.change(id, { role }, 'system'))) throw new Error(lastAdministrator(email));
    console.log(`${email} is ${role} now.`);
  },

  async 'set-password'(accounts, options) {
    const { id, email } = await find(accounts, options);
    const { password, word } = readNewPassword();
    await accounts.setPassword(id, await hashPassword(password), 'system');
    console.log(`Set the password of ${email}.${word}`);
  },
};

/** Throws a line for each option that is wrong. */
function read<Fields extends z.ZodType>(fields: Fields, options: Options): z.output<Fields> {
  const { success, data, error } = fields.safeParse(options);
  if (success) return data;
  const lines = error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`);
  throw new Error(lines.join('\n'));
}

async function setActive(accounts: AccountRepository, options: Options, isActive: boolean) {
  const { id, email } = await find(accounts, options);
  if (!(await accounts.change(id, { isActive }, 'system'))) {
    throw new Error(lastAdministrator(email));
  }
  console.log(`${isActive ? 'Enabled' : 'Disabled'} ${email}.`);
}

const lastAdministrator = (email: string) =>
  `${email} is the last active administrator and stays so.`;

async function find(accounts: AccountRepository, { email }: Options) {
  if (!email) throw new Error(usage);
  const account = await accounts.findByEmail(email);
  if (!account) throw new Error(`There is no account for ${email}.`);
  return account;
}

/** From a variable and not from the command line, which every user of the machine can read. */
function readNewPassword(): { password: string; word: string } {
  const chosen = process.env.NEW_PASSWORD ?? '';
  const problem = chosen && passwordProblem(chosen);
  if (problem) throw new Error(`NEW_PASSWORD: ${problem}`);
  const { password, generated } = newPassword(chosen);
  return { password, word: generated ? ` Password: ${generated}` : '' };
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
