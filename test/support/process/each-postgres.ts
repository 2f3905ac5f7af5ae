import { rm } from 'node:fs/promises';
import { startPostgres } from '../../../embedded/postgres/start';
import { needsDebianPostgres, startDebianPostgres } from './debian-postgres';
import { temporaryFolder } from './postgres';

interface EmptyPostgres {
  superuserUrl: string;
  stop: () => Promise<void>;
}

/** Describes the same on a cluster of its own of each version, in which only the superuser exists. */
export function describeOnEachPostgres(
  subject: string,
  tests: (postgres: { superuserUrl: string }) => void,
): void {
  for (const [version, needs, start] of [
    ['18', () => undefined, startEmbedded],
    ['15', needsDebianPostgres, startDebian],
  ] as const) {
    describe(`${subject}, on Postgres ${version}`, () => {
      needs();
      const postgres = { superuserUrl: '' };
      let stop: (() => Promise<void>) | undefined;
      before(async () => {
        ({ stop, superuserUrl: postgres.superuserUrl } = await start());
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
  return { superuserUrl: server.superuserUrl, stop };
}

async function startDebian(): Promise<EmptyPostgres> {
  const server = await startDebianPostgres();
  const superuserUrl = server.url('postgres', server.env.PGPASSWORD ?? '', 'postgres');
  return { superuserUrl, stop: () => server.stop() };
}
