import { limits } from '#kernel';
import type { Clock } from '#kernel';
import { NoAnswer } from './http-client.js';

const hostsRemembered = 100;

/** Remembers for a few seconds that a host can't be reached, so that callers don't wait for it one after another. */
export class Reachability {
  private readonly away = new Map<string, { readonly until: number; readonly why: NoAnswer }>();

  constructor(private readonly clock: Clock) {}

  /** Throws NoAnswer while the host is taken to be away. */
  check(host: string): void {
    const found = this.away.get(host);
    if (found && found.until > this.clock.now()) throw new NoAnswer(found.why.reason, false);
  }

  isThere(host: string): void {
    this.away.delete(host);
  }

  isAway(host: string, why: NoAnswer): void {
    if (this.away.size >= hostsRemembered) this.away.clear();
    this.away.set(host, { until: this.clock.now() + limits.upstreamAwayMs, why });
  }
}
