import type { GcsState } from './api';

/** Names in their order from where the page token points, as the JSON API writes them. */
export function listPage(
  { objects, pageSize }: Pick<GcsState, 'objects' | 'pageSize'>,
  query: URLSearchParams,
): unknown {
  const after = query.get('pageToken') ?? '';
  const size = Math.min(pageSize, Number(query.get('maxResults') ?? pageSize));
  const names = [...objects.keys()]
    .filter((name) => name.startsWith(query.get('prefix') ?? '') && name > after)
    .sort();
  const items = names.slice(0, size).map((name) => {
    const { bytes, timeCreated } = objects.get(name)!;
    return { name, size: String(bytes.length), timeCreated: timeCreated.toISOString() };
  });
  return { items, ...(names.length > size && { nextPageToken: names[size - 1] }) };
}
