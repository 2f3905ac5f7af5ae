import type Router from '@koa/router';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import type Koa from 'koa';
import type supertest from 'supertest';
import type { InternalFixture } from '../apps/internal-app';
import type { Method } from './requests';

/** The schema and the example of a body, by media type. */
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

/** An operation with its method and path. */
export interface LocatedOperation extends DocumentedOperation {
  method: Method;
  path: string;
}

export async function readDocument(fixture: InternalFixture): Promise<ApiDocument> {
  return (await fixture.get('/openapi.json')).body as ApiDocument;
}

export function operationsOf({ paths }: ApiDocument): LocatedOperation[] {
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
  operations: LocatedOperation[];
  find(operationId: string): LocatedOperation;
  /** Fails unless the document allows this answer to this operation. */
  check(operation: LocatedOperation, answer: Answer): void;
  /** Returns why a value is not valid by a schema of the document, or undefined. */
  problem(schema: object, value: unknown): string | undefined;
}

export type Answer = Pick<supertest.Response, 'status' | 'headers' | 'text' | 'body'>;

/** Checks answers against the document that the app itself serves. */
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
