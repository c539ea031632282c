import { limits } from '#kernel';
import type { CurrentPages } from './current-pages.js';
import { hasNothingFromUpstream } from './upstream-errors.js';
import { NameClaims } from '../name-claims.js';
import type { PackageSide } from '../package-side.js';
import type { Upstream } from './upstream.js';
import type { UpstreamNames } from './upstream-names.js';
import type { UpstreamPages } from './upstream-pages.js';

/**
 * Asks upstream whether it has a name. A name that may not be fetched from there is nobody's claim: whoever blocks it
 * says that it is a name of their own.
 */
export class UpstreamClaims extends NameClaims {
  constructor(
    private readonly upstream: Upstream,
    private readonly current: CurrentPages,
    private readonly pages: UpstreamPages,
    private readonly names: UpstreamNames,
  ) {
    super();
  }

  override async isUpstream(side: PackageSide, name: string): Promise<boolean> {
    if (!this.names.allows(side, name)) return false;
    return (await this.isThereNow(side, name)) ?? (await this.pages.isKept(side, name));
  }

  /** Undefined where upstream doesn't say. */
  private async isThereNow(side: PackageSide, name: string): Promise<boolean | undefined> {
    const key = { side, name, form: side === 'npm' ? 'short' : 'simple' } as const;
    try {
      const page = await this.upstream.within(limits.upstreamClaimMs, this.current.get(key, ''));
      return page && !page.stale ? page.page !== null : undefined;
    } catch (error) {
      if (hasNothingFromUpstream(error)) return undefined;
      throw error;
    }
  }
}
