import { readFileSync } from 'node:fs';

/** A killed npm sends no signal: all that is seen of it is that our ancestors are others. */
export function onNpmKilled(react: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = npmProcess();
  setInterval(() => {
    if (npmProcess() !== npm) react();
  }, 500).unref();
}

/** Our parent, or its parent where the shell that npm starts stays between the two. */
function npmProcess(): number {
  const parent = process.ppid;
  try {
    if (!readFileSync(`/proc/${parent}/cmdline`, 'utf8').includes('sh\0-c\0')) return parent;
    const status = readFileSync(`/proc/${parent}/status`, 'utf8');
    return Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]);
  } catch {
    return parent; // gone this instant, or a system whose shell gives way to the command
  }
}
