import type { PackageSide } from './package-side.js';

/** Knows which names are upstream's, and so can't be taken here without an administrator's grant. */
export abstract class NameClaims {
  /**
   * Whether upstream has the name, or was seen to have it. Bounded in time; where upstream does not answer, what was
   * seen of it before decides, and false where nothing was: a store works without its upstream.
   */
  abstract isUpstream(side: PackageSide, name: string): Promise<boolean>;
}
