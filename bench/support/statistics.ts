/** The smallest value that `share` of the values do not exceed; NaN if there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [below = NaN, above = NaN] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return (below + above) / 2;
}

/** The median of each figure over the rounds. */
export function medians<Figure extends string>(
  rounds: readonly Record<Figure, number>[],
): Record<Figure, number> {
  const figures = Object.keys(rounds[0] ?? {}) as Figure[];
  const entries = figures.map((figure) => [figure, median(rounds.map((round) => round[figure]))]);
  return Object.fromEntries(entries) as Record<Figure, number>;
}

export function sumOfErrors(results: { errors: number }[]): number {
  return results.reduce((sum, { errors }) => sum + errors, 0);
}
