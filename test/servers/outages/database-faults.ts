import { statesOf, tlsStatesOf, type State } from '../database-states/states';
import type { Fault } from './faults';
import { database as databaseName } from './system';

const database = { store: 'bucket', meanwhile: 'refusals', worklistToo: true } as const;

/** What the network or the server itself does. */
const serverFaults: Fault[] = [
  {
    ...database,
    name: 'Postgres refuses',
    lastsMs: 6000,
    begin: ({ database: { proxy } }) => proxy.refuse(),
    end: ({ database: { proxy } }) => proxy.mend(),
  },
  {
    ...database,
    name: 'Postgres is frozen',
    lastsMs: 12_000,
    begin({ database: { proxy } }) {
      proxy.freeze();
    },
    end: ({ database: { proxy } }) => proxy.mend(),
  },
  {
    ...database,
    name: 'Postgres is gone without a word',
    lastsMs: 12_000,
    begin({ database: { proxy } }) {
      proxy.abandon();
    },
    end: ({ database: { proxy } }) => proxy.mend(),
  },
  {
    ...database,
    name: 'Postgres restarts',
    lastsMs: 2000,
    begin: (system) => system.database.stop(),
    end: (system) => system.database.start(),
  },
  {
    ...database,
    name: 'Postgres is slow',
    lastsMs: 8000,
    meanwhile: 'success',
    worklistToo: false,
    begin({ database: { proxy } }) {
      proxy.delay(150);
    },
    end: ({ database: { proxy } }) => proxy.mend(),
  },
];

const inState = ({ name, begin, end }: State): Fault => ({
  ...database,
  name: `Postgres ${name}`,
  lastsMs: 6000,
  begin: (system) => begin(system.database),
  end: (system) => end(system.database),
});

/** What Postgres refuses while it runs. */
const stateFaults: Fault[] = [
  ...statesOf(databaseName).map(inState),
  ...tlsStatesOf(databaseName).map((state) => ({ ...inState(state), needsTls: true })),
  {
    ...database,
    name: 'Postgres loses prepared statements', // as behind a pooler that resets sessions
    lastsMs: 6000,
    begin: (system) =>
      system.database.sqlHere(
        `create function forget() returns trigger language plpgsql as $$
          begin deallocate all; return null; end $$`,
        'revoke all on function forget from public',
        'create trigger forget after insert on leads execute function forget()',
        'create trigger forget after update on outbox execute function forget()',
      ),
    end: (system) => system.database.sqlHere('drop function forget cascade'),
  },
];

export const databaseFaults = [...serverFaults, ...stateFaults];
