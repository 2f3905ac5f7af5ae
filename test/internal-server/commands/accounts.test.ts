import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  createAccountRepository,
  type AccountRepository,
} from '../../../common/accounts/repository';
import { createDatabase } from '../../../common/database/connect';
import { minPasswordLength, verifyPassword } from '../../../common/accounts/passwords';
import {
  createTestDatabase,
  temporaryFolder,
  type TestDatabase,
} from '../../support/process/postgres';

const command = [
  ...['-r', 'ts-node/register/transpile-only', '-r', './embedded/default-database.ts'],
  'internal-server/commands/accounts.ts',
];
const password = 'correct horse battery';
const temporary = 'The password must be changed at the first sign-in.\n';

describe('npm run accounts', function () {
  this.timeout(60_000); // each test starts processes, on a machine that may be busy
  let database: TestDatabase;
  let owner: ReturnType<typeof createDatabase>;
  let accounts: AccountRepository;
  before(async () => {
    database = await createTestDatabase();
    owner = createDatabase(database.ownerUrl);
    accounts = createAccountRepository(owner);
  });
  beforeEach(() => addAccount('boss', 'ADMIN'));
  afterEach(() => owner('accounts').delete());
  after(async () => {
    await owner.destroy();
    await database.drop();
  });

  const addAccount = (name: string, role: 'ADMIN' | 'ATTORNEY') =>
    accounts.create({ email: `${name}@firm.example`, name, role, passwordHash: 'hash' }, 'system');

  function run(args: string[], env: NodeJS.ProcessEnv = { DATABASE_URL: database.internalUrl }) {
    return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
      const options = { env: { PATH: process.env.PATH, ...env } };
      execFile(process.execPath, [...command, ...args], options, (error, stdout, stderr) => {
        resolve({ code: error ? error.code : 0, stdout, stderr });
      });
    });
  }
  const given = (NEW_PASSWORD: string) => ({ DATABASE_URL: database.internalUrl, NEW_PASSWORD });
  const ann = ['--email', 'ann@firm.example'];
  const boss = ['--email', 'boss@firm.example'];

  it('create prints the generated password once', async () => {
    const { code, stdout } = await run(['create', ...ann, '--name', ' Ann Lee ']);
    expect(code).to.equal(0);
    const [, printed] =
      /^Created ann@firm\.example \(ATTORNEY\)\. Password: (\S{24})\nThe password must be changed at the first sign-in\.\n$/.exec(
        stdout,
      )!;
    const account = await accounts.findByEmail('ann@firm.example');
    expect(account).to.include({ name: 'Ann Lee', role: 'ATTORNEY', isActive: true });
    expect(account).to.include({ mustChangePassword: true });
    expect(await verifyPassword(printed!, account!.passwordHash)).to.be.true;
  });

  it('create takes a password from NEW_PASSWORD and does not repeat it', async () => {
    const args = ['create', ...ann, '--name', 'Ann', '--role', 'ADMIN'];
    const { stdout } = await run(args, given(password));
    expect(stdout).to.equal(`Created ann@firm.example (ADMIN).\n${temporary}`);
    const account = await accounts.findByEmail('ann@firm.example');
    expect(account).to.include({ mustChangePassword: true });
    expect(await verifyPassword(password, account!.passwordHash)).to.be.true;
  });

  it('create refuses a short password, and an address that is taken', async () => {
    const short = await run(
      ['create', ...ann, '--name', 'Ann'],
      given('x'.repeat(minPasswordLength - 1)),
    );
    expect(short).to.include({ code: 1, stdout: '' });
    expect(short.stderr).to.equal(`NEW_PASSWORD: Use at least ${minPasswordLength} characters.\n`);
    const taken = await run(['create', '--email', 'BOSS@firm.example', '--name', 'Ann']);
    expect(taken).to.include({ code: 1, stdout: '' });
    expect(taken.stderr).to.equal('There is already an account for BOSS@firm.example.\n');
    expect(await accounts.count()).to.equal(1);
  });

  for (const [what, chosen] of [
    ['a common one', 'Password1234!'],
    ['the name', 'evelyn-stone-1'],
    ['the firm', 'Kestrel&Co2026'],
  ] as const) {
    it(`refuses as a password ${what}, and changes nothing`, async () => {
      const env = { ...given(chosen), FIRM_NAME: 'Kestrel & Co' };
      const eve = ['--email', 'eve@firm.example', '--name', 'Evelyn Stone'];
      const before = await accounts.list();
      for (const args of [
        ['create', ...eve],
        ['set-password', ...boss],
      ]) {
        if (what === 'the name' && args[0] !== 'create') continue;
        const { code, stdout, stderr } = await run(args, env);
        expect([code, stdout]).to.deep.equal([1, '']);
        expect(stderr).to.match(/^NEW_PASSWORD: .+\.\n$/);
      }
      expect(await accounts.list()).to.deep.equal(before);
    });
  }

  it('list shows each account on a line', async () => {
    const bob = await addAccount('bob', 'ATTORNEY');
    await accounts.change(bob!.id, { isActive: false }, 'system');
    await owner('accounts').where({ id: bob!.id }).update({ last_seen_at: '2026-01-02T03:04:05Z' });
    const { stdout } = await run(['list']);
    expect(stdout.split('\n').map((line) => line.split('\t'))).to.deep.equal([
      ['bob@firm.example', 'bob', 'ATTORNEY', 'disabled', 'last seen 2026-01-02T03:04:05.000Z'],
      ['boss@firm.example', 'boss', 'ADMIN', 'active', 'never seen'],
      [''],
    ]);
  });

  it('disable and enable an account', async () => {
    await addAccount('ann', 'ATTORNEY');
    expect(await run(['disable', ...ann])).to.include({ stdout: 'Disabled ann@firm.example.\n' });
    expect(await accounts.findByEmail('ann@firm.example')).to.include({ isActive: false });
    expect(await run(['enable', ...ann])).to.include({ stdout: 'Enabled ann@firm.example.\n' });
    expect(await accounts.findByEmail('ann@firm.example')).to.include({ isActive: true });
  });

  it('disable refuses the last active administrator', async () => {
    const refused = await run(['disable', ...boss]);
    expect(refused).to.include({ code: 1, stdout: '' });
    expect(refused.stderr).to.equal(
      'boss@firm.example is the last active administrator. Nothing was changed.\n',
    );
    expect(await accounts.findByEmail('boss@firm.example')).to.include({ isActive: true });
  });

  it('set-role makes an administrator, and an attorney again', async () => {
    await addAccount('ann', 'ATTORNEY');
    const toAdmin = await run(['set-role', ...ann, '--role', 'ADMIN']);
    expect(toAdmin).to.include({ code: 0, stdout: 'ann@firm.example now has the role ADMIN.\n' });
    expect(await accounts.findByEmail('ann@firm.example')).to.include({ role: 'ADMIN' });
    const toAttorney = await run(['set-role', ...ann, '--role', 'ATTORNEY']);
    expect(toAttorney).to.include({
      code: 0,
      stdout: 'ann@firm.example now has the role ATTORNEY.\n',
    });
    expect(await accounts.findByEmail('ann@firm.example')).to.include({ role: 'ATTORNEY' });
  });

  it('set-role refuses to demote the last active administrator', async () => {
    const refused = await run(['set-role', ...boss, '--role', 'ATTORNEY']);
    expect(refused).to.include({ code: 1, stdout: '' });
    expect(refused.stderr).to.equal(
      'boss@firm.example is the last active administrator. Nothing was changed.\n',
    );
    expect(await accounts.findByEmail('boss@firm.example')).to.include({ role: 'ADMIN' });
  });

  it('set-password replaces the password', async () => {
    const { stdout } = await run(['set-password', ...boss], given(password));
    expect(stdout).to.equal(`Set the password of boss@firm.example.\n${temporary}`);
    const account = await accounts.findByEmail('boss@firm.example');
    expect(account).to.include({ mustChangePassword: true });
    expect(await verifyPassword(password, account!.passwordHash)).to.be.true;
  });

  it('names an unknown account', async () => {
    const { code, stderr } = await run(['set-password', ...ann]);
    expect(code).to.equal(1);
    expect(stderr).to.equal('There is no account for ann@firm.example.\n');
  });

  for (const [name, args, reason] of [
    ['no command', [], 'A command is missing.'],
    ['an unknown command', ['remove', ...ann], "Unknown command 'remove'."],
    ['two commands', ['list', 'disable'], "Unexpected argument 'disable'."],
    ['no address', ['disable'], '--email is missing.'],
    ['no name', ['create', ...ann], '--name is missing.'],
    ['no role to set', ['set-role', ...boss], '--role is missing.'],
    ['an unknown option', ['list', '--all'], "Unknown option '--all'."],
    ["another command's option", ['disable', ...boss, '--name', 'Ann'], 'disable does not take'],
  ] as const) {
    it(`names the reason and prints the usage when given ${name}`, async () => {
      const { code, stdout, stderr } = await run([...args]);
      expect([code, stdout]).to.deep.equal([1, '']);
      expect(stderr.startsWith(reason), stderr).to.equal(true);
      expect(stderr).to.include('\nUsage: npm run accounts -- <command>\n');
      expect(await accounts.count()).to.equal(1);
    });
  }

  it('prints the usage for --help, of a command too', async () => {
    for (const args of [['--help'], ['disable', '--help']]) {
      const { code, stdout, stderr } = await run(args, {});
      expect([code, stderr]).to.deep.equal([0, '']);
      expect(stdout).to.match(/^Usage: npm run accounts -- <command>\n/);
    }
  });

  for (const [name, args, option] of [
    ['an address that is none', ['create', '--email', 'ann', '--name', 'Ann'], 'email'],
    ['a colon in the address', ['create', '--email', 'a:b@firm.example', '--name', 'Ann'], 'email'],
    ['a name of two lines', ['create', ...ann, '--name', 'Ann\nLee'], 'name'],
    ['an unknown role', ['create', ...ann, '--name', 'Ann', '--role', 'OWNER'], 'role'],
    ['an unknown role to set', ['set-role', ...boss, '--role', 'OWNER'], 'role'],
  ] as const) {
    it(`names the option when given ${name}`, async () => {
      const { code, stdout, stderr } = await run([...args]);
      expect([code, stdout]).to.deep.equal([1, '']);
      expect(stderr).to.match(new RegExp(`^--${option}: .+\\.\n$`));
      expect(await accounts.count()).to.equal(1);
      expect(await accounts.findByEmail('boss@firm.example')).to.include({ role: 'ADMIN' });
    });
  }

  it('uses the embedded system of DATA_DIR, and without one names DATABASE_URL', async () => {
    const folder = await temporaryFolder();
    const none = await run(['list'], { DATA_DIR: folder });
    await writeFile(path.join(folder, 'internal.env'), `DATABASE_URL=${database.internalUrl}\n`);
    const embedded = await run(['list'], { DATA_DIR: folder });
    await rm(folder, { recursive: true });
    expect(none).to.include({ code: 1, stdout: '' });
    expect(none.stderr).to.include('DATABASE_URL: is missing');
    expect(embedded.stdout).to.include('boss@firm.example');
  });
});
