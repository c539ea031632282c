/** Lets work wait until one of a few places is free, in the order in which it asked. */
export class Turns {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly places: number) {
    this.free = places;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      this.pass();
    }
  }

  /** Resolves once nobody has a place. To be asked for when no more work will come. */
  async over(): Promise<void> {
    await Promise.all(Array.from({ length: this.places }, () => this.take(async () => undefined)));
  }

  private pass(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free += 1;
  }
}
