import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Returns what the entries load, directly or not, according to the compiled code: files, relative to
 * its folder, and names of packages.
 */
export function neededFiles(dist: string, entries: string[]) {
  const files = new Set<string>();
  const packages = new Set<string>();
  const waiting = entries.map((entry) => path.normalize(entry));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const target of loadedBy(path.join(dist, file))) {
      if (target.startsWith('.')) waiting.push(resolve(dist, path.join(file, '..', target)));
      else if (!target.startsWith('node:')) packages.add(packageOf(target));
    }
  }
  return { files, packages };
}

const loads = /\b(?:require(?:\.resolve)?|import)\(["']([^"']+)["']\)/g;

function loadedBy(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(loads)].map(([, target = '']) => target);
}

function resolve(dist: string, target: string): string {
  return path.relative(dist, require.resolve(path.resolve(dist, target)));
}

function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}
