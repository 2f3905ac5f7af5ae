import { Histogram, type Registry } from 'prom-client';

type AsyncMethods<Store> = {
  [Name in keyof Store]: Store[Name] extends (...args: never[]) => Promise<unknown> ? Name : never;
}[keyof Store] &
  string;

/** Returns a function that wraps a store so that the named operations are timed. */
export function createStoreMetrics(registry: Registry) {
  const duration = new Histogram({
    name: 'store_duration_seconds',
    help: 'Duration of an operation of a store, by outcome',
    labelNames: ['store', 'operation', 'outcome'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });

  return <Store extends object>(
    name: string,
    store: Store,
    operations: readonly AsyncMethods<Store>[],
  ): Store => {
    const timed = (operation: AsyncMethods<Store>) =>
      async function (...args: unknown[]): Promise<unknown> {
        const stop = duration.startTimer({ store: name, operation });
        try {
          const result = await (store[operation] as (...args: unknown[]) => unknown)(...args);
          stop({ outcome: 'ok' });
          return result;
        } catch (error) {
          stop({ outcome: 'failed' });
          throw error;
        }
      };
    return { ...store, ...Object.fromEntries(operations.map((each) => [each, timed(each)])) };
  };
}
