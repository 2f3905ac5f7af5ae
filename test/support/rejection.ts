/** Returns what a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<Error & { code?: unknown }> {
  return promise.then(
    () => {
      throw new Error('It did not reject');
    },
    (error: unknown) => error as Error,
  );
}
