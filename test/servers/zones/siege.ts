import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** Opens what an attempt uses, and closes it when the attempt is over. */
interface Resources {
  client: () => Promise<Client>;
  /** Begins to sign in, and does not go on. */
  halfOpen: () => Promise<void>;
}

type Attempt = [tried: string, run: (resources: Resources) => Promise<string>];

const url = process.env.DATABASE_URL ?? '';
const peakMs = 1000;

const insertOf = (leads: number) => `insert into leads (id, first_name, last_name, email,
  resume_key, resume_filename, resume_type, resume_bytes, resume_sha256)
  select gen_random_uuid(), 'a', 'b', g || '@b.example', 'resumes/' || gen_random_uuid(), 'x.pdf',
    'pdf', 1, repeat('0', 64) from generate_series(1, ${leads}) g`;

/** Runs statements in one session, and returns the code of the first that fails. */
const statements =
  (...each: string[]) =>
  async ({ client }: Resources): Promise<string> => {
    try {
      const session = await client();
      for (const statement of each) await session.query(statement);
    } catch (error) {
      return codeOf(error);
    }
    return 'allowed';
  };

/** Runs the first statement in a transaction that stays open, and the second in another session. */
const behind =
  (first: string, second: string) =>
  async (resources: Resources): Promise<string> => {
    const unlimited = 'set statement_timeout = 0; set idle_in_transaction_session_timeout = 0';
    await statements(unlimited, 'begin', first)(resources);
    return statements(unlimited, second)(resources);
  };

function withinSavepoints(count: number, statement: string): string[] {
  return Array.from({ length: count }, () => ['savepoint s', statement]).flat();
}

/** What somebody with the public login could stop or fill, each as it would be done. */
const attempts: Attempt[] = [
  [
    'locks: 200,000 advisory locks in one statement',
    statements('select count(pg_advisory_lock(g)) from generate_series(1, 200000) g'),
  ],
  [
    'locks, rows and emails: 4,000 leads in one statement',
    statements('set statement_timeout = 0', insertOf(4000)),
  ],
  [
    'locks: the table of leads, as an INSERT locks it, in a transaction that stays open',
    statements('set idle_in_transaction_session_timeout = 0', 'begin', insertOf(1)),
  ],
  [
    'locks: leads within savepoints',
    statements('set statement_timeout = 0', 'begin', ...withinSavepoints(5, insertOf(1))),
  ],
  [
    'locks: 500 changes of its own settings within savepoints',
    statements(
      'begin',
      ...withinSavepoints(500, "alter role public_server set application_name = 'x'"),
      'rollback',
    ),
  ],
  [
    'locks: on each function, until the transaction ends',
    statements(
      "select count(pg_get_object_address('function', array[proname], '{}')) from pg_proc where pronargs = 0",
    ),
  ],
  [
    'definitions: CREATE RULE on leads, behind an INSERT that stays open',
    behind(insertOf(1), 'create rule mine as on insert to leads do nothing'),
  ],
  [
    'definitions: CREATE TRIGGER on leads, behind an INSERT that stays open',
    behind(
      insertOf(1),
      'create trigger mine before insert on leads execute function suppress_redundant_updates_trigger()',
    ),
  ],
  [
    'definitions: CREATE RULE on the table of roles, behind somebody who reads it',
    behind(
      'select count(*) from pg_roles',
      'create rule mine as on insert to pg_authid do nothing',
    ),
  ],
  [
    'definitions: COMMENT ON the table of leads, behind an INSERT that stays open',
    behind(insertOf(1), "comment on table leads is 'mine'"),
  ],
  ['transaction ids: one for each call', statements('select pg_current_xact_id()')],
  ['locks: a prepared transaction', statements('begin', insertOf(1), "prepare transaction 'mine'")],
  [
    'time: 10 statements without end at once',
    async (resources) => {
      const endless = statements(
        'select count(*) from pg_class a, pg_class b, pg_class c, pg_class d',
      );
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => endless(resources)));
      return [...new Set(outcomes)].join(', ');
    },
  ],
  ['time: a loop in a DO block', statements('do $$ begin loop end loop; end $$')],
  ['time: wait', statements('select pg_sleep(60)')],
  ['time: its own timeouts of a session', statements('set statement_timeout = 0')],
  [
    'time: its own timeouts for good, until logins.sql sets them again',
    statements(
      'alter role public_server set statement_timeout = 0',
      "alter role public_server set statement_timeout = '5s'",
    ),
  ],
  ['connections: more than its limit', untilRefused],
  ['connections: raise its limit', statements('alter role public_server connection limit -1')],
  ['connections: 100 that begin to sign in and do not go on', holdSignIns],
  [
    'sessions: end the others of its login',
    statements(
      'select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()',
    ),
  ],
  [
    'disk: temporary files',
    statements(
      "set work_mem = '64kB'",
      'select count(*) from (select g from generate_series(1, 5000000) g order by -g) as sorted',
    ),
  ],
  [
    'disk: temporary files of a cursor that outlives its transaction',
    statements(
      "set work_mem = '64kB'",
      'declare mine cursor with hold for select * from generate_series(1, 5000000)',
    ),
  ],
  [
    'disk: raise the limit of temporary files',
    statements('alter role public_server reset temp_file_limit'),
  ],
  [
    'disk: messages in the write-ahead log',
    statements("select pg_logical_emit_message(false, 'x', repeat('x', 1000000))"),
  ],
  [
    'disk: the write-ahead log, by inserts that are undone',
    statements('begin', insertOf(10), 'rollback'),
  ],
  ['disk: large objects', statements("select lo_from_bytea(0, 'x')")],
  ['disk: call pg_notify', statements("select pg_notify('x', 'x')")],
  ['disk: the statement NOTIFY, which it also LISTENs to, until the queue is full', fillQueue],
  [
    "disk: the database's log, by an error that quotes 10 MB",
    statements("select repeat('x', 10000000)::int"),
  ],
  [
    'memory: 200 MB in one statement',
    statements('set statement_timeout = 0', "select length(repeat('x', 200000000))"),
  ],
  [
    'vacuum: a snapshot that is kept',
    statements(
      'set idle_in_transaction_session_timeout = 0',
      'begin isolation level repeatable read',
      'select 1',
    ),
  ],
  [
    'sign-in: a new password for its own login',
    statements(
      "alter role public_server password 'mine'",
      "alter role public_server password 'public'",
    ),
  ],
];

/** Tries each, and at its height waits for a line of input. */
async function main(): Promise<void> {
  const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  for (const [tried, run] of attempts) {
    const { resources, close } = openResources();
    const outcome = run(resources);
    await Promise.race([outcome, sleep(peakMs)]);
    console.log(JSON.stringify({ peak: tried }));
    await input.next();
    console.log(JSON.stringify({ finding: [tried, await outcome] }));
    await close();
  }
  process.exit(0);
}

function openResources() {
  const clients: Client[] = [];
  const sockets: Socket[] = [];
  const resources: Resources = {
    async client() {
      const client = new Client({ connectionString: url });
      client.on('error', () => undefined);
      await client.connect();
      clients.push(client);
      return client;
    },
    async halfOpen() {
      const { hostname, port, pathname } = new URL(url);
      const socket = connectSocket(Number(port), hostname);
      socket.on('error', () => undefined);
      sockets.push(socket);
      await once(socket, 'connect');
      socket.write(startupMessage('public_server', pathname.slice(1)));
    },
  };
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(clients.map((client) => client.end()));
  };
  return { resources, close };
}

async function untilRefused({ client }: Resources): Promise<string> {
  try {
    for (;;) await client();
  } catch (error) {
    return codeOf(error);
  }
}

async function holdSignIns({ client, halfOpen }: Resources): Promise<string> {
  await Promise.all(Array.from({ length: 100 }, halfOpen));
  await sleep(500);
  return client().then(() => 'allowed', codeOf);
}

async function fillQueue({ client }: Resources): Promise<string> {
  const listener = await client();
  await listener.query('set idle_in_transaction_session_timeout = 0; listen mine');
  await listener.query('begin; select 1');
  return statements(...Array<string>(1000).fill(`notify mine, '${'x'.repeat(7900)}'`))({
    client,
    halfOpen: () => Promise.resolve(),
  });
}

/** The first message of a connection (Postgres manual, 54.7, StartupMessage). */
function startupMessage(user: string, database: string): Buffer {
  const text = Buffer.from(`user\0${user}\0database\0${database}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(head.length + text.length, 0);
  head.writeInt32BE(196_608, 4);
  return Buffer.concat([head, text]);
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? 'refused';
}

void main();
