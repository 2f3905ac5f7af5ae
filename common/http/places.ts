/** Gives each network up to `max` places. Whoever took one gives it back. */
export function createPlaces(max: number) {
  const taken = new Map<string, number>();
  const takenBy = (network: string) => taken.get(network) ?? 0;

  return {
    taken: takenBy,

    /** Returns false when none is free. */
    take(network: string): boolean {
      if (takenBy(network) >= max) return false;
      taken.set(network, takenBy(network) + 1);
      return true;
    },

    giveBack(network: string): void {
      if (takenBy(network) > 1) taken.set(network, takenBy(network) - 1);
      else taken.delete(network);
    },
  };
}
