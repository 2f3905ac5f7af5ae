import type Router from '@koa/router';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import type Koa from 'koa';
import supertest from 'supertest';
import type { Account } from '../../../common/accounts/repository';
import { createTokenRepository } from '../../../common/accounts/tokens';
import type { InternalFixture } from '../apps/internal-app';

/** A body by media type. */
export type Content = Record<string, { schema: object; example?: unknown }>;

export interface DocumentedOperation {
  operationId: string;
  summary: string;
  parameters?: {
    name: string;
    in: string;
    description?: string;
    schema: { type: string; example?: unknown };
  }[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, { description: string; content?: Content }>;
}

export interface ApiDocument {
  openapi: string;
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: { schemas: Record<string, object> };
}

export type Method = 'get' | 'post' | 'patch' | 'delete';

/** An operation and where it is. */
export interface Found extends DocumentedOperation {
  method: Method;
  path: string;
}

export async function readDocument(fixture: InternalFixture): Promise<ApiDocument> {
  return (await fixture.get('/openapi.json')).body as ApiDocument;
}

export function operationsOf({ paths }: ApiDocument): Found[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      method: method as Method,
      path,
    })),
  );
}

/** Every route of the app, read from the app itself: `GET /leads`. */
export function routesOf(app: Koa): string[] {
  return app.middleware
    .flatMap((each) => ('router' in each ? (each.router as Router).stack : []))
    .map(
      ({ methods, path }) => `${methods.filter((name) => name !== 'HEAD').join()} ${String(path)}`,
    );
}

/** Those of the API, as the document writes them. */
export function apiRoutesOf(app: Koa): string[] {
  return routesOf(app)
    .filter((name) => name.includes(' /api/'))
    .map((name) => name.replace(/:(\w+)/g, '{$1}'));
}

export interface Contract {
  operations: Found[];
  find(operationId: string): Found;
  /** Fails unless the document allows this answer to that operation. */
  check(operation: Found, answer: Answer): void;
  /** What is wrong with a value by this schema of the document; undefined when nothing is. */
  problem(schema: object, value: unknown): string | undefined;
}

export type Answer = Pick<supertest.Response, 'status' | 'headers' | 'text' | 'body'>;

/** Holds answers to the document that the app itself serves. */
export function createContract(document: ApiDocument): Contract {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addFormat('base64url', /^[\w-]*$/);
  ajv.addSchema({ $id: 'https://desk.example/openapi', ...document });
  const operations = operationsOf(document);

  function problem(schema: object, value: unknown): string | undefined {
    const anchored = JSON.parse(
      JSON.stringify(schema).replaceAll('"#/', '"https://desk.example/openapi#/'),
    ) as object;
    return ajv.validate(anchored, value) ? undefined : ajv.errorsText();
  }

  return {
    operations,
    problem,
    find: (operationId) => operations.find((each) => each.operationId === operationId)!,
    check({ operationId, responses }, { status, headers, text, body }) {
      const documented = responses[status];
      expect(documented, `${operationId} answers ${status}, which is not documented`).to.exist;
      const type = String(headers['content-type']).split(';')[0]!;
      if (!documented!.content) expect(text, operationId).to.equal('');
      else if (documented!.content[type]?.schema === undefined)
        expect.fail(`${operationId} ${status} answers ${type}`);
      else if (type.endsWith('json')) {
        const wrong = problem(documented!.content[type].schema, body);
        expect(wrong, `${operationId} ${status}: ${text}`).to.equal(undefined);
      }
    },
  };
}

/** A token straight from the repository. */
export function tokenOf(fixture: InternalFixture, { id }: Account, seconds = 3600) {
  return createTokenRepository(fixture.owner).create(id, 'Test', seconds);
}

/** Asks with a token; `body` goes as JSON, a string as it stands. */
export function ask(app: Koa, method: Method, url: string, token: string, body?: object | string) {
  const request = supertest(app.callback())[method](url).set('Authorization', `Bearer ${token}`);
  if (body === undefined) return request;
  return request
    .type('json')
    .serialize(String)
    .send(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Everything that is stored, but for what reading changes: when an account was last seen. */
export async function stored({ owner }: InternalFixture): Promise<Record<string, unknown[]>> {
  const tables = ['leads', 'outbox', 'accounts', 'api_tokens', 'notes', 'audit_events'];
  const contents = tables.map(async (name) => {
    const rows = owner(`${name} as t`).select(owner.raw("to_jsonb(t) - 'last_seen_at' as row"));
    return [name, await rows.orderByRaw('1')] as const;
  });
  return Object.fromEntries(await Promise.all(contents));
}
