import { limits } from '#kernel';
import type { Clock } from '#kernel';
import { tooManySignIns } from './errors.js';

/**
 * Slows down whoever guesses passwords. Each failed sign-in fills a bucket for the username and one for the address,
 * and both leak steadily: a full one refuses with the seconds until it has room, at most half a minute. An address
 * from which somebody has signed in before has a bucket of its own for that username, so that guesses from elsewhere
 * don't shut the owner out.
 */
export class SignInThrottle {
  private readonly byUsername: Buckets;
  private readonly byAddress: Buckets;
  private readonly byFamiliarPlace: Buckets;
  private readonly familiarPlaces = new Set<string>();

  constructor(clock: Clock) {
    const username = [
      limits.failedSignInsPerUsername,
      limits.failedSignInPerUsernameForgivenAfterMs,
    ] as const;
    const address = [limits.failedSignInsPerAddress, limits.failedSignInPerAddressForgivenAfterMs] as const;
    this.byUsername = new Buckets(clock, ...username);
    this.byFamiliarPlace = new Buckets(clock, ...username);
    this.byAddress = new Buckets(clock, ...address);
  }

  /** Throws `too-many-failed-sign-ins` while a bucket that counts is full. */
  admit(username: string, address: string): void {
    const waits = this.bucketsOf(username, address).map(([buckets, key]) => buckets.waitMs(key));
    const waitMs = Math.max(...waits);
    if (waitMs > 0) throw tooManySignIns(Math.ceil(waitMs / 1000));
  }

  failed(username: string, address: string): void {
    for (const [buckets, key] of this.bucketsOf(username, address)) buckets.add(key);
  }

  succeeded(username: string, address: string): void {
    const place = placeOf(username, address);
    this.familiarPlaces.delete(place);
    this.familiarPlaces.add(place);
    dropOldest(this.familiarPlaces);
  }

  private bucketsOf(username: string, address: string): readonly (readonly [Buckets, string])[] {
    const place = placeOf(username, address);
    if (this.familiarPlaces.has(place)) return [[this.byFamiliarPlace, place]];
    return [
      [this.byUsername, username],
      [this.byAddress, address],
    ];
  }
}

const placeOf = (username: string, address: string): string => `${username} ${address}`;

/** Leaking buckets by key, so many at most; those untouched longest leave first. */
class Buckets {
  private readonly levels = new Map<string, { level: number; at: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly capacity: number,
    private readonly leakMs: number,
  ) {}

  /** How long until there is room for one more. */
  waitMs(key: string): number {
    return Math.max(0, (this.level(key) + 1 - this.capacity) * this.leakMs);
  }

  add(key: string): void {
    const level = this.level(key) + 1;
    this.levels.delete(key);
    this.levels.set(key, { level, at: this.clock.now() });
    dropOldest(this.levels);
  }

  private level(key: string): number {
    const bucket = this.levels.get(key);
    return bucket ? Math.max(0, bucket.level - (this.clock.now() - bucket.at) / this.leakMs) : 0;
  }
}

function dropOldest(kept: {
  readonly size: number;
  keys(): IterableIterator<string>;
  delete(key: string): boolean;
}) {
  if (kept.size <= limits.signInRecordsKeptInMemory) return;
  for (const oldest of kept.keys()) {
    kept.delete(oldest);
    return;
  }
}
