import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Client } from 'pg';

/** What was tried, and what came back. */
export type Finding = [tried: string, cameBack: string];

/** What the attacker looks for; it knows where the other servers are. */
interface Targets {
  serverPid: string;
  internalHost: string;
  internalPort: string;
  smtpPort: string;
  secrets: string[];
}

/**
 * Runs in the public zone with everything that the public server's process holds, and tries to
 * read. It lists tables and columns from the catalogue, so that new ones are tried, too.
 */
async function main(): Promise<void> {
  const targets = JSON.parse(process.env.TARGETS ?? '') as Targets;
  const environment = readFileSync(`/proc/${targets.serverPid}/environ`, 'utf8');
  const url = variable(environment, 'DATABASE_URL');
  const client = new Client({ connectionString: url });
  await client.connect();
  const findings = [
    ...searchEnvironment(environment, targets.secrets),
    ...(await readTables(client)),
    ...(await tryStatements(client)),
    ...(await tryOtherLogins(url)),
    ...(await tryStorage(
      variable(environment, 'GCS_API_ENDPOINT'),
      variable(environment, 'GCS_BUCKET'),
    )),
    ...(await tryConnections(targets)),
  ];
  await client.end();
  console.log(JSON.stringify({ findings }));
}

function variable(environment: string, name: string): string {
  return new RegExp(`(?:^|\\0)${name}=([^\\0]+)`).exec(environment)?.[1] ?? '';
}

function searchEnvironment(environment: string, secrets: string[]): Finding[] {
  const found = secrets.filter((secret) => environment.includes(secret));
  const names = environment.split('\0').map((entry) => entry.split('=')[0] ?? '');
  const foreign = names.filter((name) => /SMTP|MAIL|ATTORNEY|MIGRATION|ADMIN|INTERNAL/.test(name));
  return [
    ['environment: secrets of the owner, the internal server or the mail server', list(found)],
    ['environment: variables of the internal server', list(foreign)],
  ];
}

async function readTables(client: Client): Promise<Finding[]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `select relname as name, array_agg(quote_ident(attname) order by attnum) as columns
     from pg_class join pg_attribute on attrelid = pg_class.oid
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm', 'p', 'S')
       and attnum > 0 and not attisdropped
     group by relname order by relname`,
  );
  const findings: Finding[] = [];
  for (const { name, columns } of rows) {
    const statements = [
      ...columns.map((column) => `select ${column} from ${name}`),
      `select count(*) from ${name}`,
      `copy ${name} to stdout`,
      `update ${name} set ${columns[0]} = default`,
      `delete from ${name}`,
      `truncate ${name}`,
    ];
    const outcomes = new Set<string>();
    for (const statement of statements) outcomes.add(await outcomeOf(client, statement));
    const tried = `table ${name}: read each column, count, copy, update, delete, truncate`;
    findings.push([tried, [...outcomes].sort().join(', ')]);
  }
  return findings;
}

const insert = `insert into leads (id, first_name, last_name, email, resume_key, resume_filename,
  resume_type, resume_bytes, resume_sha256) values ('${randomUUID()}', 'a', 'b', 'a@b.example',
  'resumes/${randomUUID()}', 'x.pdf', 'pdf', 1, repeat('0', 64))`;

async function tryStatements(client: Client): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [tried, statement] of [
    ['insert a lead', insert],
    ['insert … returning', `${insert} returning id`],
    ['insert … on conflict (id) do update', `${insert} on conflict (id) do update set email = ''`],
    [
      'insert a lead with a chosen state',
      "insert into leads (id, state) values (gen_random_uuid(), 'PENDING')",
    ],
    ['set role lead_internal', 'set role lead_internal'],
    ['set role lead_owner', 'set role lead_owner'],
    ['set role postgres', 'set session authorization postgres'],
    ['create a table', 'create table mine (id int)'],
    ['create a temporary table', 'create temporary table mine (id int)'],
    ['create a function', 'create function mine() returns int language sql as $$ select 1 $$'],
    ['create a large object', 'select lo_create(0)'],
    ["call the owner's functions", 'select leads_queue_mails()'],
    ['read a file of the database server', "select pg_read_file('/etc/passwd')"],
    ['run a program on the database server', "copy (select 1) to program 'id'"],
    [
      'end other sessions',
      "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'internal_server'",
    ],
    ['read password hashes', 'select rolpassword from pg_authid'],
    [
      "statistics of the tables' values",
      "select most_common_vals from pg_stats where schemaname = 'public'",
    ],
    [
      "other logins' statements",
      "select query from pg_stat_activity where usename <> current_user and query not like '<insufficient%' and query <> ''",
    ],
    [
      'lock the leads against others',
      'do $$ begin lock table leads in access exclusive mode; end $$',
    ],
  ] as const) {
    findings.push([`Postgres: ${tried}`, await outcomeOf(client, statement)]);
  }
  return findings;
}

async function tryOtherLogins(url: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const login of ['internal_server', 'lead_owner', 'postgres', 'lead_internal']) {
    const other = new URL(url);
    other.username = login;
    const client = new Client({ connectionString: other.href });
    const outcome = await client.connect().then(() => 'signed in', codeOf);
    await client.end().catch(() => undefined);
    findings.push([`Postgres: sign in as ${login} with our own password`, outcome]);
  }
  return findings;
}

async function tryStorage(endpoint: string, bucket: string): Promise<Finding[]> {
  const objects = `${endpoint}/storage/v1/b/${bucket}/o`;
  const name = `resumes/${randomUUID()}`;
  const object = `${objects}/${encodeURIComponent(name)}`;
  const upload = (more: string) =>
    status(
      `${endpoint}/upload/storage/v1/b/${bucket}/o?uploadType=multipart&name=${encodeURIComponent(name)}${more}`,
      {
        method: 'POST',
        headers: { 'Content-Type': 'multipart/related; boundary=x' },
        body: `--x\r\nContent-Type: application/json\r\n\r\n{"name":"${name}"}\r\n--x\r\n\r\nbytes\r\n--x--`,
      },
    );
  return [
    ['bucket: create an object', await upload('&ifGenerationMatch=0')],
    ['bucket: replace an object', await upload('')],
    ['bucket: read an object', await status(`${object}?alt=media`)],
    ["bucket: read an object's metadata", await status(object)],
    ['bucket: delete an object', await status(object, { method: 'DELETE' })],
    ['bucket: list the objects', await status(objects)],
  ];
}

async function status(url: string, init?: RequestInit): Promise<string> {
  return String((await fetch(url, init)).status);
}

async function tryConnections(targets: Targets): Promise<Finding[]> {
  return [
    ['network: the internal server', await reach(targets.internalHost, targets.internalPort)],
    ['network: the mail server', await reach(targets.internalHost, targets.smtpPort)],
  ];
}

function reach(host: string, port: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port), timeout: 1500 });
    const end = (outcome: string) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.on('connect', () => {
      end('connected');
    });
    socket.on('timeout', () => {
      end('unreachable');
    });
    socket.on('error', () => {
      end('unreachable');
    });
  });
}

async function outcomeOf(client: Client, statement: string): Promise<string> {
  try {
    const { rows, command } = await client.query(statement);
    return command === 'SELECT' ? `${rows.length} rows` : 'allowed';
  } catch (error) {
    return codeOf(error);
  }
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? 'refused';
}

function list(found: string[]): string {
  return found.length === 0 ? 'none' : found.join(', ');
}

void main();
