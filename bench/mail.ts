import type { Bench } from './support/bench';
export async function mail(_bench: Bench): Promise<void> {}
