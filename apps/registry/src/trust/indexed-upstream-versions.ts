import { packageVersionKey } from '#catalog';
import type { UpstreamPackages } from '#packages';
import { UpstreamVersions } from '#trust';
import type { PackageVersionName } from '#trust';

/** Finds versions in upstream's index of packages. */
export class IndexedUpstreamVersions extends UpstreamVersions {
  constructor(private readonly upstream: UpstreamPackages) {
    super();
  }

  override async find(name: PackageVersionName): Promise<PackageVersionName | undefined> {
    const found = await this.upstream.versions(name.side, name.package);
    const key = packageVersionKey(name.side, name.version);
    const version = found?.versions.find((one) => packageVersionKey(name.side, one.version) === key)?.version;
    return version === undefined ? undefined : { ...name, version };
  }
}
