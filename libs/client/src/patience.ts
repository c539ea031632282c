/** Aborts its signal when nothing has happened for a while, or when the caller's own signal does. */
export class Patience {
  readonly signal: AbortSignal;
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(callers: AbortSignal | undefined) {
    this.signal =
      callers === undefined ? this.controller.signal : AbortSignal.any([callers, this.controller.signal]);
  }

  /** Something happened: from now on there are `ms` until the next thing. */
  allow(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.controller.abort(new Error(`nothing came for ${String(ms / 1000)} s`));
    }, ms);
  }

  end(): void {
    clearTimeout(this.timer);
  }

  /** Whether it was the silence that aborted, and not the caller. */
  get isOver(): boolean {
    return this.controller.signal.aborted;
  }
}
