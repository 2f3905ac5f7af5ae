import fc from 'fast-check';
import type { LocatedOperation } from './contract';
import { awkwardTexts, rawBodies, rawQueries, suspiciousTexts } from './fuzz-corpus';

/** One call of an operation: its `{id}`, query and body. A string is sent as it is. */
export interface Call {
  id?: string;
  query?: Record<string, string> | string;
  body?: object | string;
}

export function toUrl(path: string, { id, query = '' }: Call): string {
  const url = path.replace('{id}', id ?? '');
  const text = new URLSearchParams(query).toString();
  const raw = typeof query === 'string' ? query : text;
  return raw ? `${url}?${raw}` : url;
}

const corpus = [...awkwardTexts, ...suspiciousTexts];
const hostileText = fc.oneof(fc.constantFrom(...corpus), fc.string({ unit: 'binary' }));

const hostileValue = fc.oneof(
  hostileText,
  fc.jsonValue(),
  fc.constantFrom(null, true, 0, -1, 1.5, 1e300, [], {}, [''], { length: 3 }, 60, '60', ['ADMIN']),
);

/** Generates calls that are wrong as a careless program or an attacker would send them. */
export function hostileCall(
  { parameters, requestBody }: LocatedOperation,
  valid: Call,
): fc.Arbitrary<Call> {
  const kinds: fc.Arbitrary<Call>[] = [];
  if (valid.id !== undefined) kinds.push(hostileId().map((id) => ({ ...valid, id })));
  const names = queryNames(parameters);
  if (names.length > 0) kinds.push(hostileQuery(names).map((query) => ({ ...valid, query })));
  if (requestBody)
    kinds.push(hostileBody(valid.body as object).map((body) => ({ ...valid, body })));
  if (kinds.length === 0) kinds.push(fc.constantFrom(...rawQueries).map((query) => ({ query })));
  return fc.oneof(...kinds);
}

const encode = (text: string) => encodeURIComponent(Buffer.from(text).toString());

const queryNames = (parameters: LocatedOperation['parameters'] = []) =>
  parameters.filter((each) => each.in === 'query').map(({ name }) => name);

/** Returns a call for each text of the corpus in each id, parameter and field. */
export function corpusCalls({ parameters, requestBody }: LocatedOperation, valid: Call): Call[] {
  const short = corpus.filter((text) => text.length < 5000); // longer is Node's 431
  const ids =
    valid.id === undefined ? [] : short.filter(Boolean).map((text) => ({ id: encode(text) }));
  const names = queryNames(parameters);
  const queries = names.flatMap((name) => short.map((text) => ({ query: { [name]: text } })));
  const fields = requestBody ? Object.keys(valid.body as object) : [];
  const bodies = fields.flatMap((field) =>
    awkwardTexts.map((text) => ({ body: { ...(valid.body as object), [field]: text } })),
  );
  return [
    ...[...ids, ...queries, ...bodies],
    ...(names.length > 0 ? rawQueries.map((query) => ({ query })) : []),
    ...(requestBody ? rawBodies.map((body) => ({ body })) : []),
  ].map((bad) => ({ ...valid, ...bad }));
}

function hostileId(): fc.Arbitrary<string> {
  const isSegment = (text: string) => !['', '.', '..'].includes(text);
  const encoded = hostileText.filter((text) => isSegment(text) && text.length < 1000).map(encode);
  return fc.oneof(encoded, fc.constantFrom('%', '%00', '%FF', '%2F', '%2e%2e%2f', 'x%0d%0ay'));
}

function hostileQuery(names: string[]): fc.Arbitrary<Record<string, string> | string> {
  const name = fc.oneof(fc.constantFrom(...names), fc.constantFrom('x', 'toString', 'offset'));
  const short = hostileText.filter((text) => text.length < 5000); // longer is Node's 431
  return fc.oneof(
    fc.dictionary(name, short, { minKeys: 1, maxKeys: 3 }),
    fc.constantFrom(...rawQueries),
  );
}

function hostileBody(valid: object): fc.Arbitrary<object | string> {
  const names = [...Object.keys(valid), 'id', 'is_admin', 'toString'];
  const changed = fc
    .dictionary(fc.constantFrom(...names), hostileValue, { minKeys: 1, maxKeys: 3 })
    .map((changes) => ({ ...valid, ...changes }));
  const lacking = fc
    .subarray(Object.entries(valid))
    .map((entries) => Object.fromEntries(entries) as object);
  const surplus = hostileText.map((key) => JSON.stringify({ ...valid, [key]: 1 }));
  return fc.oneof(
    { weight: 3, arbitrary: changed },
    lacking,
    surplus,
    fc.constantFrom(...rawBodies),
    fc.jsonValue().map((value) => JSON.stringify(value)),
  );
}
