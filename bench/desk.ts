import type { Bench } from './support/bench';
export async function desk(_bench: Bench): Promise<void> {}
