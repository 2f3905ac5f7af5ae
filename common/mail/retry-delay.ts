/**
 * Returns the seconds until the next attempt, `attempts` counting those before the one that just
 * failed: a random point in the second half of a step that doubles, within the two bounds.
 */
export function retryDelaySeconds(
  attempts: number,
  { retryMinSeconds, retryMaxSeconds }: { retryMinSeconds: number; retryMaxSeconds: number },
  random: () => number,
): number {
  const step = Math.min(retryMaxSeconds, retryMinSeconds * 2 ** (attempts + 1));
  return Math.max(retryMinSeconds, step * (1 - random() / 2));
}
