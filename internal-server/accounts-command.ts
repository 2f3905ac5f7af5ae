import { parseArgs } from 'node:util';
import { z } from 'zod';
import { accountRoles, createAccountRepository, type AccountRepository } from '../common/accounts';
import { emailAddress, readEnvironment, url } from '../common/config';
import { createDatabase } from '../common/database';
import { generatePassword, hashPassword, minPasswordLength } from '../common/passwords';

const usage = `Usage: npm run accounts -- <command>
  create --email ann@firm.example --name "Ann Lee" [--role ADMIN|ATTORNEY]
  list
  disable --email ann@firm.example
  enable --email ann@firm.example
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
    const account = newAccount.safeParse(options);
    if (!account.success) throw new Error(usage);
    const password = newPassword();
    const passwordHash = await hashPassword(password.text);
    const created = await accounts.create({ ...account.data, passwordHash }, 'system');
    if (!created) throw new Error(`There is an account for ${account.data.email} already.`);
    console.log(`Created ${created.email} (${created.role}).${password.word}`);
  },

  async list(accounts) {
    for (const { email, name, role, isActive, lastSeenAt } of await accounts.list()) {
      const seen = lastSeenAt ? `last seen ${lastSeenAt.toISOString()}` : 'never seen';
      console.log([email, name, role, isActive ? 'active' : 'disabled', seen].join('\t'));
    }
  },

  disable: (accounts, options) => setActive(accounts, options, false),
  enable: (accounts, options) => setActive(accounts, options, true),

  async 'set-password'(accounts, options) {
    const { id, email } = await find(accounts, options);
    const password = newPassword();
    await accounts.setPassword(id, await hashPassword(password.text), 'system');
    console.log(`Set the password of ${email}.${password.word}`);
  },
};

const newAccount = z.object({
  email: emailAddress,
  name: z.string().trim().min(1).max(100),
  role: z.enum(accountRoles).default('ATTORNEY'),
});

async function setActive(accounts: AccountRepository, options: Options, isActive: boolean) {
  const { id, email } = await find(accounts, options);
  if (!(await accounts.setActive(id, isActive, 'system'))) {
    throw new Error(`${email} is the last active administrator and stays.`);
  }
  console.log(`${isActive ? 'Enabled' : 'Disabled'} ${email}.`);
}

async function find(accounts: AccountRepository, { email }: Options) {
  if (!email) throw new Error(usage);
  const account = await accounts.findByEmail(email);
  if (!account) throw new Error(`There is no account for ${email}.`);
  return account;
}

/** From a variable and not from the command line, which every user of the machine can read. */
function newPassword(): { text: string; word: string } {
  const given = process.env.NEW_PASSWORD;
  if (!given) {
    const text = generatePassword();
    return { text, word: ` Password: ${text}` };
  }
  if (given.length >= minPasswordLength) return { text: given, word: '' };
  throw new Error(`NEW_PASSWORD must have ${minPasswordLength} characters at least.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
