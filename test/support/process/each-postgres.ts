import { realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { startPostgres } from '../../../embedded/postgres/start';
import { needsDebianPostgres, startDebianPostgres } from './debian-postgres';
import { temporaryFolder } from './postgres';

interface EmptyPostgres {
  superuserUrl: string;
  /** The file. */
  log: string;
  stop: () => Promise<void>;
}

/** Describes the same on a cluster of its own of each version, in which only the superuser exists. */
export function describeOnEachPostgres(
  subject: string,
  tests: (postgres: Omit<EmptyPostgres, 'stop'>) => void,
): void {
  for (const [version, needs, start] of [
    ['18', () => undefined, startEmbedded],
    ['15', needsDebianPostgres, startDebian],
  ] as const) {
    describe(`${subject}, on Postgres ${version}`, () => {
      needs();
      const postgres = { superuserUrl: '', log: '' };
      let stop: (() => Promise<void>) | undefined;
      before(async () => {
        ({ stop, superuserUrl: postgres.superuserUrl, log: postgres.log } = await start());
      });
      after(() => stop?.());
      tests(postgres);
    });
  }
}

async function startEmbedded(): Promise<EmptyPostgres> {
  const folder = await temporaryFolder();
  const server = await startPostgres({ dataDir: folder, durable: false });
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  };
  const log = path.join(await realpath(path.join(folder, 'postgres')), 'log');
  return { superuserUrl: server.superuserUrl, log, stop };
}

async function startDebian(): Promise<EmptyPostgres> {
  const server = await startDebianPostgres();
  const superuserUrl = server.url('postgres', server.env.PGPASSWORD ?? '', 'postgres');
  return { superuserUrl, log: server.log, stop: () => server.stop() };
}
