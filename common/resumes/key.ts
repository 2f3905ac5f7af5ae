export const keyPrefix = 'resumes/';

export function isKey(name: string): boolean {
  return /^resumes\/[0-9a-f-]{36}$/.test(name);
}

/** Returns the key. Throws when it is malformed, because keys become paths. */
export function checkKey(key: string): string {
  if (isKey(key)) return key;
  throw new Error('A resume key must look like resumes/<uuid>');
}
