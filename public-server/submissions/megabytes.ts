/** Converts to units of 1,048,576 bytes, rounded down to one decimal. */
export function megabytes(bytes: number): number {
  return Math.floor((bytes / 1024 / 1024) * 10) / 10;
}
