import { stopTestPostgres } from './postgres';

export async function mochaGlobalTeardown(): Promise<void> {
  await stopTestPostgres();
}
