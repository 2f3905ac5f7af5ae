/** Returns the reference that a prospect quotes: the first eight characters of the lead's id. */
export function reference(leadId: string): string {
  return leadId.slice(0, 8);
}

/** Takes away the `#` before a reference, with which the CSV keeps it from becoming a number. */
export function withoutHash(typed: string): string {
  return typed.replace(/^#/, '');
}
