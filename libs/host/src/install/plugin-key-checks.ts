import { parseApiKey } from '#kernel';
import type { StoreClient } from '#client';
import { hostLimits } from '../host-limits.js';

/** What a key that a caller showed is worth. */
export type PluginKeyCheck =
  | { readonly isActive: false }
  | {
      readonly isActive: true;
      /** The installation that it belongs to. */
      readonly installation: string;
      readonly plugin: string;
      readonly version: string;
      /** What it may do, in the host's own words, as the descriptor asked for them. */
      readonly permissions: readonly string[];
      readonly keyId: string;
      /** Milliseconds since the epoch; null for a key without an end. */
      readonly expiresAt: number | null;
    };

interface Kept {
  readonly askedAt: number;
  readonly check: Promise<PluginKeyCheck>;
}

/**
 * Checks plugin keys at the store (RFC 7662). An answer is relied upon for a second from when it was asked for, and no
 * longer: a revoked key is refused here a second later at most. Callers that come meanwhile share one question.
 */
export class PluginKeyChecks {
  /** By the digest of the key, the oldest question first. */
  private readonly kept = new Map<string, Kept>();

  /** `now`: milliseconds of a clock that only goes forward. */
  constructor(
    private readonly store: Pick<StoreClient, 'call'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Anything but a live key of this host's plugins is inactive. Throws StoreUnreachable where the store is away. */
  async check(token: string): Promise<PluginKeyCheck> {
    const parsed = parseApiKey(token);
    if (parsed?.kind !== 'plugin') return { isActive: false };
    this.forgetOld();
    const known = this.kept.get(parsed.sha256);
    if (known) return known.check;
    const check = this.ask(token);
    this.kept.set(parsed.sha256, { askedAt: this.now(), check });
    check.catch(() => this.kept.delete(parsed.sha256));
    return check;
  }

  private async ask(token: string): Promise<PluginKeyCheck> {
    const answer = await this.store.call('oauthIntrospect', { body: { token } }, { isRepeatable: true });
    if (!answer.active) return { isActive: false };
    return {
      isActive: true,
      installation: answer.sub ?? '',
      plugin: answer.plugin ?? '',
      version: answer.version ?? '',
      permissions: answer.scope?.split(' ').filter((one) => one !== '') ?? [],
      keyId: answer.jti ?? '',
      expiresAt: answer.exp === undefined ? null : answer.exp * 1000,
    };
  }

  private forgetOld(): void {
    const oldest = this.now() - hostLimits.keyCheckMs;
    for (const [key, { askedAt }] of this.kept) {
      if (askedAt > oldest && this.kept.size < hostLimits.keyChecksKept) return;
      this.kept.delete(key);
    }
  }
}
