import type { Bench } from './support/bench';
export async function download(_bench: Bench): Promise<void> {}
