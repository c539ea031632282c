import { nameTakenUpstream, scopeTaken } from './errors.js';
import type { NameClaims } from './name-claims.js';
import { npmScopeOf } from './npm/npm-name.js';
import type { PackageIndex } from './package-index.js';
import type { PackageSide } from './package-side.js';
import type { PackageStore } from './package-store.js';

/** Says whether a name that the store doesn't own can become a publisher's. May ask upstream, bounded in time. */
export class FreeNames {
  constructor(
    private readonly index: PackageIndex,
    private readonly packages: PackageStore,
    private readonly claims: NameClaims,
  ) {}

  /** Throws `scope-taken` and `name-taken-upstream`. */
  async require(side: PackageSide, name: string, publisher: string): Promise<void> {
    const scope = npmScopeOf(side, name);
    const others = scope === null ? [] : await this.packages.scopePublishers(scope);
    const other = others.find((one) => one !== publisher);
    if (scope !== null && other !== undefined) throw scopeTaken(scope, other);
    if ((await this.index.owner(side, name)) === null || (await this.claims.isUpstream(side, name)))
      throw nameTakenUpstream(side, name);
  }
}
