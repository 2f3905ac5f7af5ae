import type { Bench } from './support/bench';
export async function memory(_bench: Bench): Promise<void> {}
