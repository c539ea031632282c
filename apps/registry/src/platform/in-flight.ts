import { RegistryError } from '#kernel';

const retryAfterSeconds = 1;

const overloaded = (): RegistryError =>
  new RegistryError(
    'unavailable',
    'overloaded',
    'Too many requests are under way: ask again after the seconds that Retry-After says.',
    { retryAfterSeconds },
  );

/** Counts what is under way, so that a flood is turned away while the store still answers. */
export class InFlight {
  private readonly counts = new Map<string, number>();

  count(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  /** Takes a place, to be left by calling the function that is returned. Throws `overloaded` when all are taken. */
  enter(name: string, most: number): () => void {
    const before = this.count(name);
    if (before >= most) throw overloaded();
    this.counts.set(name, before + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.counts.set(name, this.count(name) - 1);
    };
  }
}
