/** Returns the reference that a prospect quotes: the first eight characters of the lead's id. */
export function reference(leadId: string): string {
  return leadId.slice(0, 8);
}
