import fc from 'fast-check';
import type { Found } from './api';
import { oddTexts, rawBodies, rawQueries, tellingTexts } from './tricks';

/** One call of an operation: its `{id}`, its query and its body; a string is a raw one. */
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

const nastyStrings = [...oddTexts, ...tellingTexts];
const nastyString = fc.oneof(fc.constantFrom(...nastyStrings), fc.string({ unit: 'binary' }));

const nastyValue = fc.oneof(
  nastyString,
  fc.jsonValue(),
  fc.constantFrom(null, true, 0, -1, 1.5, 1e300, [], {}, [''], { length: 3 }, 60, '60', ['ADMIN']),
);

/** Calls that are wrong in ways that a careless program, or an enemy, finds. */
export function nastyRequest({ parameters, requestBody }: Found, valid: Call): fc.Arbitrary<Call> {
  const kinds: fc.Arbitrary<Call>[] = [];
  if (valid.id !== undefined) kinds.push(nastyId().map((id) => ({ ...valid, id })));
  const names = queryNames(parameters);
  if (names.length > 0) kinds.push(nastyQuery(names).map((query) => ({ ...valid, query })));
  if (requestBody) kinds.push(nastyBody(valid.body as object).map((body) => ({ ...valid, body })));
  if (kinds.length === 0) kinds.push(fc.constantFrom(...rawQueries).map((query) => ({ query })));
  return fc.oneof(...kinds);
}

const encode = (text: string) => encodeURIComponent(Buffer.from(text).toString());

const queryNames = (parameters: Found['parameters'] = []) =>
  parameters.filter((each) => each.in === 'query').map(({ name }) => name);

/** Each listed nasty thing at each place of a call that takes it. */
export function nastySweep({ parameters, requestBody }: Found, valid: Call): Call[] {
  const short = nastyStrings.filter((text) => text.length < 5000); // longer is Node's 431
  const ids =
    valid.id === undefined ? [] : short.filter(Boolean).map((text) => ({ id: encode(text) }));
  const names = queryNames(parameters);
  const queries = names.flatMap((name) => short.map((text) => ({ query: { [name]: text } })));
  const fields = requestBody ? Object.keys(valid.body as object) : [];
  const bodies = fields.flatMap((field) =>
    oddTexts.map((text) => ({ body: { ...(valid.body as object), [field]: text } })),
  );
  return [
    ...[...ids, ...queries, ...bodies],
    ...(names.length > 0 ? rawQueries.map((query) => ({ query })) : []),
    ...(requestBody ? rawBodies.map((body) => ({ body })) : []),
  ].map((bad) => ({ ...valid, ...bad }));
}

function nastyId(): fc.Arbitrary<string> {
  const isSegment = (text: string) => !['', '.', '..'].includes(text);
  const encoded = nastyString.filter((text) => isSegment(text) && text.length < 1000).map(encode);
  return fc.oneof(encoded, fc.constantFrom('%', '%00', '%FF', '%2F', '%2e%2e%2f', 'x%0d%0ay'));
}

function nastyQuery(names: string[]): fc.Arbitrary<Record<string, string> | string> {
  const name = fc.oneof(fc.constantFrom(...names), fc.constantFrom('x', 'toString', 'offset'));
  const short = nastyString.filter((text) => text.length < 5000); // longer is Node's 431
  return fc.oneof(
    fc.dictionary(name, short, { minKeys: 1, maxKeys: 3 }),
    fc.constantFrom(...rawQueries),
  );
}

function nastyBody(valid: object): fc.Arbitrary<object | string> {
  const names = [...Object.keys(valid), 'id', 'is_admin', 'toString'];
  const changed = fc
    .dictionary(fc.constantFrom(...names), nastyValue, { minKeys: 1, maxKeys: 3 })
    .map((changes) => ({ ...valid, ...changes }));
  const lacking = fc
    .subarray(Object.entries(valid))
    .map((entries) => Object.fromEntries(entries) as object);
  const surplus = nastyString.map((key) => JSON.stringify({ ...valid, [key]: 1 }));
  return fc.oneof(
    { weight: 3, arbitrary: changed },
    lacking,
    surplus,
    fc.constantFrom(...rawBodies),
    fc.jsonValue().map((value) => JSON.stringify(value)),
  );
}
