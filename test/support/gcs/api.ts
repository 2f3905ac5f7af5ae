import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { receive, sendBytes, type Fault } from './faults';
import { listPage } from './list';
import { parseUpload } from './upload';

export interface StoredObject {
  bytes: Buffer;
  metadata: Record<string, unknown>;
  timeCreated: Date;
}

export interface GcsState {
  readonly bucket: string;
  readonly objects: Map<string, StoredObject>;
  /** Method and path of each request for the bucket. */
  readonly requests: string[];
  /** Each upload, download or page of a listing takes the first one. */
  readonly faults: Fault[];
  /** Of a listing, at most. */
  pageSize: number;
  /** Uploads are received whole, then wait for it. */
  gate: Promise<unknown>;
  readonly uploads: { now: number; peak: number };
  /** Whether the missing right to replace is noticed before the precondition. */
  asksRightsFirst: boolean;
  /** What stands in an error's body as its code: Google's test bench writes the status as text. */
  codeOf: (status: number) => unknown;
}

export interface Identity {
  permissions: readonly string[];
  hasIam: boolean;
}

export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

interface Call {
  state: GcsState;
  req: IncomingMessage;
  res: ServerResponse;
  query: URLSearchParams;
  name: string;
  can: (permission: string) => boolean;
}

/** The part of the JSON API that we use. */
export async function answer(
  state: GcsState,
  { permissions, hasIam }: Identity,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const { pathname, searchParams: query } = new URL(req.url!, 'http://gcs');
  const [, bucket, kind, rest = ''] = /\/b\/([^/]+)(?:\/(o|iam))?(?:\/(.+))?$/.exec(pathname) ?? [];
  if (bucket !== state.bucket) throw new Refusal(404, 'The specified bucket does not exist.');
  state.requests.push(`${req.method} ${pathname}`);

  const can = (permission: string) => permissions.includes(permission);
  const call = { state, req, res, query, name: decodeURIComponent(rest), can };
  if (kind === 'iam') testPermissions(call, hasIam);
  else if (kind === undefined) showBucket(call);
  else if (req.method === 'POST') await insert(call);
  else if (req.method === 'DELETE') remove(call);
  else if (call.name === '') list(call);
  else download(call);
}

function testPermissions({ res, query, can }: Call, hasIam: boolean): void {
  if (!hasIam) throw new Refusal(404, 'Not Found');
  sendJson(res, { permissions: query.getAll('permissions').filter(can) });
}

function showBucket(call: Call): void {
  must(call, 'storage.buckets.get');
  sendJson(call.res, { name: call.state.bucket });
}

async function insert(call: Call): Promise<void> {
  const { uploads } = call.state;
  uploads.peak = Math.max(uploads.peak, ++uploads.now);
  try {
    await insertWith(call, call.state.faults.shift());
  } finally {
    uploads.now--;
  }
}

async function insertWith(call: Call, fault: Fault | undefined): Promise<void> {
  refuse(fault);
  const body = await receive(call.req, fault);
  if (!body || fault === 'stall') return;
  await call.state.gate;
  if (fault === 'lost') call.res.destroy(); // what is answered now goes nowhere
  must(call, 'storage.objects.create');
  const { metadata, bytes } = parseUpload(call.req.headers['content-type'] ?? '', body);
  const name = call.query.get('name') ?? '';
  checkName(call, name);
  if (metadata.md5Hash !== undefined && metadata.md5Hash !== md5(bytes)) {
    throw new Refusal(400, 'The MD5 hash does not match what was calculated.');
  }
  call.state.objects.set(name, { bytes, metadata, timeCreated: new Date() });
  sendJson(call.res, { kind: 'storage#object', name, generation: '1', ...metadata });
}

function checkName(call: Call, name: string): void {
  const { objects, asksRightsFirst } = call.state;
  if (!objects.has(name)) return;
  if (asksRightsFirst) must(call, 'storage.objects.delete');
  if (call.query.get('ifGenerationMatch') === '0')
    throw new Refusal(412, 'A condition is not met.');
  must(call, 'storage.objects.delete');
}

function download(call: Call): void {
  const fault = call.state.faults.shift();
  refuse(fault);
  if (fault === 'stall') return;
  must(call, 'storage.objects.get');
  const object = call.state.objects.get(call.name);
  if (!object) {
    must(call, 'storage.objects.list'); // who may not list, may not learn that it is missing
    throw new Refusal(404, 'No such object.');
  }
  sendBytes(call.res, object.bytes, fault);
}

function list(call: Call): void {
  refuse(call.state.faults.shift());
  must(call, 'storage.objects.list');
  sendJson(call.res, listPage(call.state, call.query));
}

function remove(call: Call): void {
  must(call, 'storage.objects.delete');
  if (!call.state.objects.delete(call.name)) throw new Refusal(404, 'No such object.');
  call.res.writeHead(204).end();
}

function must({ can }: Call, permission: string): void {
  if (!can(permission)) throw new Refusal(403, `The caller does not have ${permission} access.`);
}

function refuse(fault: Fault | undefined): void {
  if (typeof fault === 'number') throw new Refusal(fault, 'Not just now.');
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('base64');
}

export function sendJson(res: ServerResponse, body: unknown, status = 200): void {
  res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
