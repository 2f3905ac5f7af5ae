/** What this page reads of a JSON schema. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  example?: unknown;
  [rule: string]: unknown;
}

export interface Field {
  name: string;
  type: string;
  rules: string;
  description: string;
}

const rules = [
  ...['default', 'minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum'],
  ...['exclusiveMaximum', 'multipleOf', 'minItems', 'maxItems', 'uniqueItems', 'pattern'],
];

/** Returns the fields of an object, those of objects and lists within it below their own name. */
export function toFields(schema: Schema, prefix = ''): Field[] {
  const parts = [schema, ...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return parts.flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).flatMap(([name, property]) => [
      toField(prefix + name, property, required.includes(name)),
      ...toFields(property, `${prefix}${name}.`),
      ...toFields(property.items ?? {}, `${prefix}${name}[].`),
    ]),
  );
}

export function toField(name: string, schema: Schema, isRequired: boolean): Field {
  const stated = rules
    .filter((rule) => schema[rule] !== undefined)
    .map((rule) => `${rule}: ${JSON.stringify(schema[rule])}`);
  return {
    name,
    type: typeOf(schema),
    rules: [isRequired ? 'required' : 'optional', ...stated].join(', '),
    description: schema.description ?? '',
  };
}

function typeOf(schema: Schema): string {
  const { $ref, type, format, items, anyOf, oneOf, allOf } = schema;
  if ($ref !== undefined) return $ref.split('/').at(-1) ?? '';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  const choices = anyOf ?? oneOf ?? allOf;
  if (choices) return [...new Set(choices.map(typeOf))].join(' or ');
  const names = [type ?? 'any'].flat().map((name) => (name === 'array' ? listOf(items) : name));
  return names.join(' or ') + (format === undefined ? '' : ` (${format})`);
}

const listOf = (items: Schema = {}) => `list of ${typeOf(items)}`;
