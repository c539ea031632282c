/** Lets requests pass until several in a row have failed; then one now and then, until one is answered. */
export class Circuit {
  #failures = 0;
  #closedUntil = 0;

  constructor(
    private readonly mostFailures: number,
    private readonly pauseMs: number,
  ) {}

  lets(): boolean {
    if (this.#failures < this.mostFailures) return true;
    const now = performance.now();
    if (now < this.#closedUntil) return false;
    // The one that is let through now decides for those that come meanwhile.
    this.#closedUntil = now + this.pauseMs;
    return true;
  }

  answered(): void {
    this.#failures = 0;
  }

  failed(): void {
    this.#failures += 1;
    if (this.#failures >= this.mostFailures) this.#closedUntil = performance.now() + this.pauseMs;
  }
}
