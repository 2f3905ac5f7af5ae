import busboy from 'busboy';
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Pool } from 'pg';

/**
 * The least that two requests cost in Node. A submission: parse the body, hash the file on its way
 * to the disk, sync it and its folder, insert one row. A list: read one page of rows. Nothing is
 * checked, nobody signs in, and responses are JSON.
 */
const { DATABASE_URL, PORT, FOLDER = '' } = process.env;
const pool = new Pool({ connectionString: DATABASE_URL, max: 10 });

createServer((req, res) => {
  const response = req.method === 'POST' ? receive(req) : list();
  response.then(
    (body) => {
      const status = req.method === 'POST' ? 201 : 200;
      res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    },
    (error: unknown) => {
      console.error(error);
      res.writeHead(500).end();
    },
  );
}).listen(Number(PORT), '127.0.0.1');

interface Stored {
  key: string;
  filename: string;
  bytes: number;
  sha256: string;
}

async function receive(req: IncomingMessage): Promise<{ id: string }> {
  const fields: Record<string, string> = {};
  let storing: Promise<Stored> | undefined;
  const form = busboy({ headers: req.headers });
  form.on('field', (name, value) => (fields[name] = value));
  form.on('file', (_name, file, { filename }) => {
    storing = store(file, filename);
  });
  await pipeline(req, form);
  const stored = await storing;
  if (!stored) throw new Error('There is no file');
  return { id: await insert(fields, stored) };
}

async function store(file: Readable, filename: string): Promise<Stored> {
  const key = randomUUID();
  const hash = createHash('sha256');
  const target = createWriteStream(path.join(FOLDER, key), { flags: 'wx', flush: true }); // fsync
  file.on('data', (chunk: Buffer) => hash.update(chunk));
  await pipeline(file, target);
  const folder = await open(FOLDER);
  await folder.sync();
  await folder.close();
  return {
    key: `resumes/${key}`,
    filename,
    bytes: target.bytesWritten,
    sha256: hash.digest('hex'),
  };
}

async function insert(fields: Record<string, string>, stored: Stored): Promise<string> {
  const id = randomUUID();
  const { first_name, last_name, email } = fields;
  const { key, filename, bytes, sha256 } = stored;
  await pool.query(
    `insert into leads (id, first_name, last_name, email, flagged_reason, resume_key,
      resume_filename, resume_type, resume_bytes, resume_sha256)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [id, first_name, last_name, email, null, key, filename, 'pdf', bytes, sha256],
  );
  return id;
}

async function list(): Promise<unknown> {
  const { rows } = await pool.query(
    `select id, first_name, last_name, email, state, created_at from leads
    where flagged_reason is null order by state, created_at, id limit 25`,
  );
  return rows;
}
