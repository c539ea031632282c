import type { Clock } from './clock.js';
import type { ClusterSecrets } from './cluster-secrets.js';

/** When a key takes its turn; milliseconds since the epoch. */
export interface KeyTurn {
  readonly announcedAt: number;
  readonly activeAt: number;
}

export interface KeyHistoryRules<Key extends KeyTurn> {
  /** The secrets are named by it and the number of the key. */
  readonly secret: string;
  /** A new key is announced this long before it signs, so that whoever keeps the published keys has it by then. */
  readonly announcedBeforeMs: number;
  /** A key signs this long before the next one takes its turn by itself. */
  readonly turnMs: number;
  readonly make: (turn: KeyTurn) => Key;
}

/** How long what was read of the keys is relied upon: well within the time that an announcement takes. */
const reloadAfterMs = 60_000;

/** Signing keys that take turns, with all that went before; the same on every replica. */
export class KeyHistory<Key extends KeyTurn> {
  private kept: { readonly keys: readonly Key[]; readonly at: number } | undefined;

  constructor(
    private readonly secrets: ClusterSecrets,
    private readonly clock: Clock,
    private readonly rules: KeyHistoryRules<Key>,
  ) {}

  /** The key whose turn it is at that time, and when another takes its turn (null when none is announced). */
  async active(at = this.clock.now()): Promise<{ key: Key; until: number | null }> {
    const keys = await this.all();
    const key = keys.filter(({ activeAt }) => activeAt <= at).at(-1) ?? keys[0];
    if (!key) throw new Error(`The store has no ${this.rules.secret}.`);
    return { key, until: keys.find(({ activeAt }) => activeAt > at)?.activeAt ?? null };
  }

  /** Every key that there was, is, and is announced, in the order of their turns; there is at least one. */
  async all(): Promise<readonly Key[]> {
    const now = this.clock.now();
    if (this.kept && now - this.kept.at < reloadAfterMs) return this.kept.keys;
    const keys: Key[] = [];
    for (;;) {
      const text = await this.secrets.find(this.secretName(keys.length + 1));
      if (text === undefined) break;
      keys.push(JSON.parse(text) as Key);
    }
    // Nobody can have kept what was published before the first key: it signs at once.
    if (keys.length === 0) keys.push(await this.make(1, now));
    this.kept = { keys, at: now };
    return keys;
  }

  /** Announces a new key. Returns the one that is announced already, if one is. */
  async rotate(): Promise<Key> {
    this.kept = undefined;
    const keys = await this.all();
    const now = this.clock.now();
    const announced = keys.find(({ activeAt }) => activeAt > now);
    if (announced) return announced;
    const key = await this.make(keys.length + 1, now + this.rules.announcedBeforeMs);
    this.kept = undefined;
    return key;
  }

  /** To be called now and then: announces the next key in time for it to take its turn. */
  async rotateWhenDue(): Promise<void> {
    const { turnMs, announcedBeforeMs } = this.rules;
    const newest = (await this.all()).at(-1);
    if (newest && newest.activeAt + turnMs - announcedBeforeMs <= this.clock.now()) await this.rotate();
  }

  /** Makes the key of that number, unless another replica was quicker: then that one's. */
  private async make(number: number, activeAt: number): Promise<Key> {
    const announcedAt = this.clock.now();
    const text = await this.secrets.get(this.secretName(number), () =>
      JSON.stringify(this.rules.make({ announcedAt, activeAt })),
    );
    return JSON.parse(text) as Key;
  }

  private secretName(number: number): string {
    return `${this.rules.secret}-${number}`;
  }
}
