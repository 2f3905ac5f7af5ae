import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.join(__dirname, '..', '..', '..');

/** Runs the commands that docs/operations.md shows under this name in a shell. */
export async function runDocumented(name: string, env: Record<string, string>): Promise<string> {
  const text = await readFile(path.join(root, 'docs/operations.md'), 'utf8');
  const [, commands] = new RegExp(`\`\`\`sh ${name}\\n([^\`]+)\`\`\``).exec(text) ?? [];
  if (commands === undefined) throw new Error(`docs/operations.md has no commands "${name}"`);
  return runInShell(commands, env);
}

export async function runInShell(commands: string, env: Record<string, string>): Promise<string> {
  const { HOME = '/' } = process.env;
  const { stdout } = await promisify(execFile)('sh', ['-ec', commands], {
    cwd: root,
    env: { HOME, ...env },
  });
  return stdout;
}
