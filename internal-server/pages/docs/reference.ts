import { toField, toFields, type Field, type Schema } from './fields';

/** What this page reads of an OpenAPI document. */
export interface OpenApiDocument {
  info: { description?: string };
  paths?: Record<string, object>;
  components?: {
    schemas?: Record<string, unknown>;
    securitySchemes?: Record<string, { description?: string }>;
  };
}

interface Content {
  content?: Record<string, { schema?: Schema }>;
}

interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  servers?: { url: string; description?: string }[];
  security?: object[];
  parameters?: {
    name: string;
    in: string;
    required?: boolean;
    description?: string;
    schema: Schema;
  }[];
  requestBody?: Content;
  responses: Record<string, Content & { description: string }>;
}

export interface ApiOperation {
  id: string;
  /** Method and path. */
  route: string;
  summary: string;
  /** In sentences. */
  description: string;
  signIn: string;
  parameters: Field[];
  body: MediaType[];
  responses: { status: string; description: string; content: MediaType[] }[];
}

/** A media type, with the fields of its JSON or the name of its shape. */
export interface MediaType {
  type: string;
  shape: string;
  shapeId: string;
  fields: Field[];
}

/** Returns what the API's page shows: operations by tag, and the shapes that they name. */
export function toReference({ info, paths = {}, components = {} }: OpenApiDocument) {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      tag: operation.tags?.[0] ?? '',
      ...toOperation(`${method.toUpperCase()} ${path}`, operation),
    })),
  );
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  const schemas = Object.entries(components.schemas ?? {}) as [string, Schema][];
  const signIns = Object.entries(components.securitySchemes ?? {});
  return {
    about: info.description ?? '',
    signIns: signIns.map(([name, { description = '' }]) => ({ name, description })),
    groups: tags.map((tag) => ({ tag, operations: operations.filter((one) => one.tag === tag) })),
    shapes: schemas.map(([name, schema]) => ({
      id: shapeId(name),
      name,
      description: schema.description ?? '',
      fields: toFields(schema),
      example: schema.example === undefined ? '' : JSON.stringify(schema.example, null, 2),
    })),
  };
}

export type Reference = ReturnType<typeof toReference>;

const shapeId = (name: string) => `shape-${name}`;

function toOperation(route: string, operation: Operation): ApiOperation {
  const { operationId: id, summary = '', description = '', servers = [] } = operation;
  const parameters = (operation.parameters ?? []).map((parameter) => {
    const { schema, required = false, in: place } = parameter;
    const name = `${parameter.name} (${place})`;
    return toField(name, { ...schema, description: parameter.description }, required);
  });
  const elsewhere = servers.map((server) => `${server.description ?? 'At'}: ${server.url}.`);
  return {
    id,
    route,
    summary,
    description: [description, ...elsewhere].filter(Boolean).join(' '),
    signIn: signInOf(operation),
    parameters,
    body: contentOf(operation.requestBody),
    responses: Object.entries(operation.responses).map(([status, response]) => ({
      status,
      description: response.description,
      content: contentOf(response),
    })),
  };
}

function signInOf({ security = [] }: Operation): string {
  const schemes = security.flatMap((scheme) => Object.keys(scheme));
  return schemes.length === 0 ? 'none' : schemes.join(' or ');
}

function contentOf({ content = {} }: Content = {}): MediaType[] {
  return Object.entries(content).map(([type, { schema = {} }]) => {
    const shape = schema.$ref?.split('/').at(-1) ?? '';
    return { type, shape, shapeId: shapeId(shape), fields: toFields(schema) };
  });
}
