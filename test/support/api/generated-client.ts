import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';

/** A program that a firm might write against the generated types: an attorney's day. */
export const clientProgram = `
import createClient from 'openapi-fetch';
import type { components, paths } from './schema';

type Lead = components['schemas']['Lead'];
type LeadQuery = paths['/api/leads']['get']['parameters']['query'];

export async function makeToken(baseUrl: string, email: string, password: string): Promise<string> {
  const headers = { Authorization: 'Basic ' + btoa(email + ':' + password) };
  const client = createClient<paths>({ baseUrl, headers });
  const { data, error } = await client.POST('/api/token', { body: { name: 'CRM', expires_in: 60 } });
  if (error) throw new Error(error.detail);
  return data.access_token;
}

function cursorOf(url: string | null): string | undefined {
  return (url && new URL(url).searchParams.get('after')) || undefined;
}

export async function day(baseUrl: string, token: string, takenId: string) {
  const client = createClient<paths>({ baseUrl, headers: { Authorization: 'Bearer ' + token } });

  const leads: Lead[] = [];
  let next: string | null = null;
  do {
    const after = cursorOf(next);
    const query: LeadQuery = { limit: 2, flagged: false, sort: 'created_at', after };
    const { data, error } = await client.GET('/api/leads', { params: { query } });
    if (error) throw new Error(error.detail);
    leads.push(...data.items);
    next = data.next;
  } while (next);

  const [first] = leads;
  if (!first) throw new Error('There are no leads.');
  const params = { path: { id: first.id } };
  const resume = await client.GET('/api/leads/{id}/resume', { params, parseAs: 'arrayBuffer' });
  const body = { state: 'REACHED_OUT' } as const;
  const marked = await client.PATCH('/api/leads/{id}', { params, body });
  const taken = await client.PATCH('/api/leads/{id}', { params: { path: { id: takenId } }, body });
  const empty = await client.POST('/api/leads/{id}/notes', { params, body: { text: '' } });
  const noted = await client.POST('/api/leads/{id}/notes', { params, body: { text: 'Called' } });

  return {
    ids: leads.map((lead): string => lead.id),
    resume: resume.data,
    markedBy: marked.data?.reached_out_by,
    conflict: { status: taken.response.status, detail: taken.error?.detail },
    invalid: {
      status: empty.response.status,
      fields: empty.error?.errors?.map((each): string => each.field),
    },
    note: noted.data?.text,
  };
}
`;

export interface ClientProject {
  /** Returns the compiler's errors about this program. */
  compileErrors(source: string): Promise<string[]>;
  /** Compiles the program and returns its module. */
  build(source: string): Promise<unknown>;
  remove(): Promise<void>;
}

/** Creates a folder with generated types, openapi-fetch and a compiler. */
export async function createClientProject(document: object): Promise<ClientProject> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lead-intake-client-'));
  await mkdir(path.join(folder, 'dist'));
  await symlink(path.resolve('node_modules'), path.join(folder, 'node_modules'));
  const types = astToString(await openapiTS(JSON.stringify(document)));
  await writeFile(path.join(folder, 'schema.ts'), types);

  async function compile(source: string): Promise<ts.Program> {
    const file = path.join(folder, 'day.ts');
    await writeFile(file, source);
    return ts.createProgram([file], {
      strict: true,
      noUncheckedIndexedAccess: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: [],
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
      skipLibCheck: true,
      outDir: path.join(folder, 'dist'),
      rootDir: folder,
    });
  }

  return {
    async compileErrors(source) {
      const errors = ts.getPreEmitDiagnostics(await compile(source));
      return errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    },
    async build(source) {
      (await compile(source)).emit();
      return (await import(path.join(folder, 'dist', 'day.js'))) as unknown;
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
