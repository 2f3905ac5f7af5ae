export const keyPrefix = 'resumes/';

export function isKey(name: string): boolean {
  return /^resumes\/[0-9a-f-]{36}$/.test(name);
}

/** Answers the key, and throws when it is none: keys become paths. */
export function checkKey(key: string): string {
  if (isKey(key)) return key;
  throw new Error('A resume key must look like resumes/<uuid>');
}
