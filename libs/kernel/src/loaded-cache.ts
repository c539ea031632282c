/**
 * Keeps up to `capacity` values that `load` found, the least recently used leaving first, until it is told that one of
 * them changed. What a load brings back after `forget` is not kept: it may have been read before the change.
 */
export class LoadedCache<Value> {
  private readonly values = new Map<string, Value>();
  private changes = 0;

  constructor(
    private readonly capacity: number,
    private readonly load: (key: string) => Promise<Value | undefined>,
  ) {}

  /** What is kept under `key`, else what is loaded; that nothing was found is not remembered. */
  async get(key: string): Promise<Value | undefined> {
    const kept = this.values.get(key);
    if (kept !== undefined) {
      this.values.delete(key);
      this.values.set(key, kept);
      return kept;
    }
    const changesBefore = this.changes;
    const loaded = await this.load(key);
    if (loaded !== undefined && this.changes === changesBefore) this.keep(key, loaded);
    return loaded;
  }

  forget(key: string): void {
    this.changes += 1;
    this.values.delete(key);
  }

  forgetAll(): void {
    this.changes += 1;
    this.values.clear();
  }

  private keep(key: string, value: Value): void {
    this.values.set(key, value);
    if (this.values.size <= this.capacity) return;
    for (const oldest of this.values.keys()) {
      this.values.delete(oldest);
      return;
    }
  }
}
