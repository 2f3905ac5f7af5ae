import { spawn } from 'node:child_process';
import { bareEnvironment, type ServerUser } from './server-user';

export type Supervised = ReturnType<typeof supervise>;

// The shell's input ends when it is closed here, and when this process ends in any way. Either shuts
// the server down. The shell is detached, so that Ctrl-C reaches only this process.
const script = `
  trap '' INT TERM HUP
  log=$1; shift
  exec 3<&0 </dev/null
  "$@" 3<&- >>"$log" 2>&1 &
  server=$!
  { cat >/dev/null; kill -INT "$server"; } <&3 2>/dev/null &
  exec 3<&-
  wait "$server"
`;

const orderlyStopMs = 3000;

export function supervise(user: ServerUser, log: string, command: string[]) {
  const shell = spawn('/bin/sh', ['-c', script, 'postgres', log, ...command], {
    ...user,
    cwd: '/',
    env: bareEnvironment,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = new Promise<void>((resolve, reject) => {
    shell.once('exit', () => {
      shell.stdin.destroy(); // ends the shell that waits for it, too
      resolve();
    });
    shell.once('error', reject);
  });

  return {
    /** Resolves when the server has ended for any reason. */
    gone,
    async stop() {
      shell.stdin.end();
      const killTimer = setTimeout(() => {
        if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGQUIT'); // the next start recovers
      }, orderlyStopMs);
      await gone;
      clearTimeout(killTimer);
    },
  };
}
