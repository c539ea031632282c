import type { Actor, Clock } from '#kernel';
import { packageNameInvalid } from './errors.js';
import { isNpmName } from './npm/npm-name.js';
import type { PackageOwners } from './package-owners.js';
import type { PackageSide } from './package-side.js';
import { isPythonName, normalizePythonName } from './python/python-name.js';

export interface NameGrant {
  readonly side: PackageSide;
  /** As it is written; normalised on the Python side. */
  readonly name: string;
  /** The publisher's id. */
  readonly publisher: string;
  readonly reason: string | null;
}

/**
 * Gives a package's name to a publisher, though upstream has it or it is another publisher's. From then on nothing of
 * upstream is served under it, to anybody; releases that pinned what was pulled keep their artifacts.
 */
export class GrantPackageName {
  constructor(
    private readonly owners: PackageOwners,
    private readonly clock: Clock,
  ) {}

  /** Throws `invalid-package-name` and `publisher-not-found`. */
  async run({ side, name: written, publisher, reason }: NameGrant, actor: Actor): Promise<void> {
    if (!(side === 'npm' ? isNpmName : isPythonName)(written)) throw packageNameInvalid(side, written);
    const name = side === 'npm' ? written : normalizePythonName(written);
    const at = this.clock.now();
    const target = `package:${side}:${name}`;
    await this.owners.give(side, name, publisher, {
      actor,
      action: 'grant-package-name',
      target,
      reason,
      details: { publisher },
      at,
    });
  }
}
