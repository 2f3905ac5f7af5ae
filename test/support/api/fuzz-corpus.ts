const cursorWithNul = Buffer.from(
  '["last_name","\\u0000","2026-01-01T00:00:00.000Z","00000000-0000-4000-8000-000000000000"]',
).toString('base64url');

/** Characters and lengths that a store or a parser may reject. */
export const awkwardTexts = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'a\udfff',
  '\u202e',
  'x'.repeat(20_000),
  '😀'.repeat(10_001),
] as const;

/** Texts with a meaning to some parser. */
export const suspiciousTexts = [
  "'; drop table leads; --",
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'null',
  'NaN',
  '1e9',
  '-1',
  '0',
  '101',
  '99999999999999999999',
  '0000-00-00',
  '2026-02-30',
  '0000-01-01',
  '9999-12-31',
  '+275760-09-13T00:00:00.001Z',
  '00000000-0000-0000-0000-000000000000',
  '00000000-0000-4000-8000-000000000000',
  '2026-01-01T00:00:00.000Z_00000000-0000-4000-8000-000000000000',
  Buffer.from('["state","PENDING"]').toString('base64url'),
  Buffer.from(
    '["state","PENDING","2026-01-01T00:00:00.000Z","00000000-0000-4000-8000-000000000000"]',
  ).toString('base64url'),
  Buffer.from('{').toString('base64url'),
] as const;

export const rawBodies = [
  '',
  '{',
  '{}',
  'null',
  '"text"',
  '[]',
  '[{}]',
  '{"a":1,}',
  '\0',
  '\ufeff{}',
  '{"__proto__":{"role":"ADMIN"}}',
  '{"constructor":{"prototype":{"role":"ADMIN"}}}',
  `{"text":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
  '['.repeat(100_000),
  `{"text":"${'x'.repeat(300_000)}"}`,
];

export const rawQueries = [
  '%',
  '%00',
  'limit=%00',
  'q=%00',
  'q=%ED%A0%80',
  'q=%FF',
  'q=a&q=b',
  'q[]=a',
  'limit=5&limit=6',
  'state[state]=PENDING',
  '__proto__=x',
  '__proto__[state]=PENDING',
  'constructor=x',
  'limit=0',
  'limit=101',
  'limit=1.0',
  'after=x&before=y',
  `sort=last_name&after=${cursorWithNul}`,
];
