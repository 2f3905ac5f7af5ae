import {
  OpenAPIRegistry,
  OpenApiGeneratorV31,
  type RouteConfig,
} from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { access } from '../auth/access';
import { mediaTypes } from '../leads/send-resume';
import { problemExample } from './examples';
import type { Operation } from './operation';
import { submissionPath } from './submission';

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
  403: 'Not for this account, or not from another origin',
  404: 'There is no such thing, or the id is none',
  409: 'Somebody else was faster, or it is in no state for this; nothing was changed',
  413: 'The body is too large',
  415: 'The body is no JSON',
  422: 'The body is not valid; `errors` names each field',
  429: 'Too many failed sign-ins; see Retry-After',
  500: 'Something went wrong; the request id leads to it in the log',
  503: 'A store cannot be reached; see Retry-After',
};

/** The whole API as OpenAPI 3.1, made from what validates it. */
export function apiDocument(operations: readonly Operation[], baseUrl: string) {
  const registry = new OpenAPIRegistry();
  const basic = registry.registerComponent('securitySchemes', 'basic', {
    type: 'http',
    scheme: 'basic',
  });
  const bearer = registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of `POST /api/token`',
  });
  for (const operation of operations) {
    const isToken = operation.path === '/api/token';
    const security = [{ [basic.name]: [] }, ...(isToken ? [] : [{ [bearer.name]: [] }])];
    registry.registerPath({ ...describe(operation), security });
  }
  registry.registerPath(submissionPath(problem));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'lead-intake',
      version: '1',
      description:
        'Times are RFC 3339 in UTC. Every error is an `application/problem+json`. ' +
        'Pages of a list follow each other by `next`, which neither skips nor repeats a row.',
    },
    servers: [{ url: baseUrl }],
  });
}

function describe(operation: Operation): RouteConfig {
  const { method, path, summary, description, query, body, status } = operation;
  const hasId = path.includes('/:id');
  return {
    method,
    path: path.replace(':id', '{id}'),
    summary,
    operationId:
      `${method} ${path.slice('/api/'.length).replace('/:id', ' one').replaceAll('/', ' ')}`.replace(
        / (\w)/g,
        (_space, letter: string) => letter.toUpperCase(),
      ),
    ...(description && { description }),
    tags: [path.split('/')[2] ?? ''],
    request: {
      ...(hasId && { params: z.object({ id: z.uuid() }) }),
      ...(query && { query: query as z.ZodObject }),
      ...(body && { body: requestBody(body) }),
    },
    responses: {
      [status]: success(operation),
      ...Object.fromEntries(
        errorsOf(operation).map((code) => [
          code,
          {
            description: reasons[code] ?? '',
            content: { 'application/problem+json': { schema: problem } },
          },
        ]),
      ),
    },
  };
}

/** Required where nothing at all would be refused. */
function requestBody(schema: z.ZodType) {
  const required = !schema.safeParse({}).success;
  return { required, content: { 'application/json': { schema } } };
}

function success({ answer, example }: Operation) {
  if (!answer) return { description: 'Done' };
  if (answer !== 'file') {
    const json = { schema: answer, ...(example && { example }) };
    return { description: 'Done', content: { 'application/json': json } };
  }
  const file = { schema: { type: 'string', format: 'binary' } } as const;
  const content = Object.fromEntries(Object.values(mediaTypes).map((type) => [type, file]));
  return { description: 'The file as it was sent, its hash checked', content };
}

/** What an operation can answer besides success, from what it takes and who may use it. */
function errorsOf({ method, path, query, body, errors = [] }: Operation): number[] {
  const isAdmins = access[`${method.toUpperCase()} ${path}`] === 'ADMIN';
  const codes = [
    ...errors,
    ...(query ? [400] : []),
    ...(body ? [400, 413, 415, 422] : []),
    ...(isAdmins || method !== 'get' ? [403] : []),
    ...(path.includes('/:id') ? [404] : []),
    ...[401, 429, 500, 503],
  ];
  return [...new Set(codes)].sort((a, b) => a - b);
}
