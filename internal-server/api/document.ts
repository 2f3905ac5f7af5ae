import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { access } from '../auth/access';
import { mediaTypes } from '../leads/send-resume';
import { problemExample } from './examples';
import type { Operation } from './operation';
import { submissionPath, type ProblemResponses } from './submission';

const problem = z
  .strictObject({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    request_id: z.string(),
    errors: z.array(z.strictObject({ field: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457', example: problemExample });

const reasons: Record<number, string> = {
  400: 'Malformed JSON, query or cursor',
  401: 'Credentials are missing, wrong, expired or revoked',
  403: 'Not allowed for this account, or sent from another origin',
  404: 'Nothing has this id',
  409: 'The current state does not allow this, or somebody else was faster; nothing was changed',
  413: 'The body is too large',
  415: 'The body is not JSON',
  422: 'The body is not valid; `errors` names each field',
  429: 'Too many failed sign-ins; see Retry-After',
  500: 'Something went wrong; the log has the cause under this request id',
  503: 'The database or the file storage is unavailable; see Retry-After',
};

/** Returns the API as OpenAPI 3.1, generated from the schemas that validate it. */
export async function createApiDocument(operations: readonly Operation[], baseUrl: string) {
  // Loaded on the first request: few processes ever serve the document.
  const { OpenAPIRegistry, OpenApiGeneratorV31 } = await import('@asteasolutions/zod-to-openapi');
  const registry = new OpenAPIRegistry();
  const basic = registry.registerComponent('securitySchemes', 'basic', {
    type: 'http',
    scheme: 'basic',
  });
  const bearer = registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'A token from `POST /api/token`',
  });
  for (const operation of operations) {
    const isToken = operation.path === '/api/token';
    const security = [{ [basic.name]: [] }, ...(isToken ? [] : [{ [bearer.name]: [] }])];
    registry.registerPath({ ...toRouteConfig(operation), security });
  }
  registry.registerPath(submissionPath(problemResponses));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'lead-intake',
      version: '1',
      description:
        'Times are RFC 3339 in UTC. Every error is an `application/problem+json`. ' +
        'Following `next` through a list neither skips nor repeats a row.',
    },
    servers: [{ url: baseUrl }],
  });
}

function toRouteConfig(operation: Operation): RouteConfig {
  const { method, path, summary, description, query, body, status = 200 } = operation;
  const hasId = path.includes('/:id');
  return {
    method,
    path: path.replace(':id', '{id}'),
    summary,
    operationId: operationIdOf(operation),
    ...(description && { description }),
    tags: [path.split('/')[2] ?? ''],
    request: {
      ...(hasId && { params: z.object({ id: z.uuid() }) }),
      ...(query && { query: query as z.ZodObject }),
      ...(body && { body: requestBody(body) }),
    },
    responses: {
      [status]: success(operation),
      ...problemResponses(
        Object.fromEntries(errorsOf(operation).map((code) => [code, reasons[code] ?? ''])),
      ),
    },
  };
}

const problemResponses: ProblemResponses = (descriptions) => {
  const content = { 'application/problem+json': { schema: problem } };
  return Object.fromEntries(
    Object.entries(descriptions).map(([code, description]) => [code, { description, content }]),
  );
};

/** `postAccounts`, `getLeadsOne`: generated clients call their methods so. */
function operationIdOf({ method, path }: Operation): string {
  const words = path.slice('/api/'.length).replace('/:id', ' one').replaceAll('/', ' ');
  return `${method} ${words}`.replace(/ (\w)/g, (_space, letter: string) => letter.toUpperCase());
}

/** A body is required unless the schema accepts an empty object. */
function requestBody(schema: z.ZodType) {
  const required = !schema.safeParse({}).success;
  return { required, content: { 'application/json': { schema } } };
}

function success({ response, example }: Operation) {
  if (!response) return { description: 'Done' };
  if (response !== 'file') {
    const json = { schema: response, ...(example && { example }) };
    return { description: 'Done', content: { 'application/json': json } };
  }
  const file = { schema: { type: 'string', format: 'binary' } } as const;
  const content = Object.fromEntries(Object.values(mediaTypes).map((type) => [type, file]));
  return { description: 'The file as it was sent; its hash has been checked', content };
}

/** The error statuses of an operation, which follow from its input and its access rule. */
function errorsOf({ method, path, query, body, errors = [] }: Operation): number[] {
  const isForAdmins = access[`${method.toUpperCase()} ${path}`] === 'ADMIN';
  const codes = [
    ...errors,
    ...(query ? [400] : []),
    ...(body ? [400, 413, 415, 422] : []),
    ...(isForAdmins || method !== 'get' ? [403] : []),
    ...(path.includes('/:id') ? [404] : []),
    ...[401, 429, 500, 503],
  ];
  return [...new Set(codes)].sort((a, b) => a - b);
}
