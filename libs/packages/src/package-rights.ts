import { notAMaintainer, packageNotOwned } from './errors.js';
import { packageIsUpstreams } from './npm/npm-errors.js';
import type { IndexedPackage, PackageIndex } from './package-index.js';
import type { PackageSide } from './package-side.js';
import type { PackageStore } from './package-store.js';
import type { Uploader } from './upload-package.js';

/** A package that the store owns, for somebody who may change it. */
export interface ManagedPackage extends IndexedPackage {
  readonly publisher: string;
}

/** Says who may change what a package is known by. */
export class PackageRights {
  constructor(
    private readonly index: PackageIndex,
    private readonly packages: PackageStore,
  ) {}

  /** Throws `package-not-found`, `package-is-upstreams`, `not-a-maintainer`, and what the credential's reach refuses. */
  async manage(side: PackageSide, name: string, who: Uploader): Promise<ManagedPackage> {
    who.requireReach(side, name);
    const found = await this.index.find(side, name);
    if (!found) throw packageNotOwned(name);
    const { publisher } = found;
    if (publisher === null) throw packageIsUpstreams(name);
    const isTheirs = who.publisher === null || who.publisher === publisher;
    const may =
      isTheirs &&
      (who.memberOf.includes(publisher) || (await this.packages.isMaintainer(side, name, who.accountId)));
    if (!may) throw notAMaintainer(name, publisher);
    return { ...found, publisher };
  }
}
