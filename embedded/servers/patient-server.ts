import { startServer, untilReady, type ServerOptions, type ServerProcess } from './server-process';

/** The last words of a server to which the database did not answer within seconds at its start. */
const noAnswer = 'The database cannot be used (no answer)';

/** Starts the server again as often as it gives up waiting for the database, which is only slow. */
export function startPatiently(options: ServerOptions): ServerProcess {
  const { name, env } = options;
  let server = startServer(options);
  let isStopped = false;

  async function untilEnded(): Promise<Error> {
    for (;;) {
      const error = await server.ended;
      if (isStopped || !error.message.includes(noAnswer)) return error;
      console.log(`The database was too slow for the ${name} server. Starting it again …`);
      server = startServer(options);
    }
  }

  const ended = untilEnded();
  return {
    logFile: server.logFile,
    ended,
    untilReady: () => untilReady(env.PORT, ended),
    async stop() {
      isStopped = true;
      await server.stop();
    },
  };
}
