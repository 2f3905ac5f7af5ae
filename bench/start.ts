import type { Bench } from './support/bench';
export async function start(_bench: Bench): Promise<void> {}
