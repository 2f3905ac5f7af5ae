/**
 * A Map that forgets each entry `keepMs` after it was set, and the oldest ones when there would be
 * more than `max`. The memory driver of koa-ratelimit never removes anything by itself.
 */
export class BoundedMap<V> extends Map<string, V> {
  private readonly expiries = new Map<string, number>(); // in the same order as the entries

  constructor(private readonly bounds: { max: number; keepMs: number }) {
    super();
  }

  override set(key: string, value: V): this {
    this.delete(key); // so that it comes last again
    const now = performance.now();
    for (const [oldest, expiry] of this.expiries) {
      if (this.size < this.bounds.max && expiry > now) break;
      this.delete(oldest);
    }
    this.expiries.set(key, now + this.bounds.keepMs);
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    this.expiries.delete(key);
    return super.delete(key);
  }
}
