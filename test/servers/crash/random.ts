/** Numbers from 0 to 1 that a seed determines. */
export type Random = () => number;

/** The generator mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function between(random: Random, from: number, to: number): number {
  return Math.floor(from + random() * (to - from));
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[between(random, 0, list.length)]!;
}
