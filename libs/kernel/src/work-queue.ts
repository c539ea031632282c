/** Lets `atOnce` pieces of work run at a time and `waiting` more wait their turn; beyond that `refusal` is thrown. */
export class WorkQueue {
  private running = 0;
  private readonly queue: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly waiting: number,
    private readonly refusal: () => Error,
  ) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    if (this.running < this.atOnce) {
      this.running += 1;
      return;
    }
    if (this.queue.length >= this.waiting) throw this.refusal();
    await new Promise<void>((resolve) => this.queue.push(resolve));
  }

  /** Whoever waits longest takes over the place, which therefore stays taken. */
  private leave(): void {
    const next = this.queue.shift();
    if (next) next();
    else this.running -= 1;
  }
}
