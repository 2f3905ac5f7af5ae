/** Answers the key, and throws when it is none: keys become paths. */
export function checkKey(key: string): string {
  if (/^resumes\/[0-9a-f-]{36}$/.test(key)) return key;
  throw new Error('A resume key must look like resumes/<uuid>');
}
