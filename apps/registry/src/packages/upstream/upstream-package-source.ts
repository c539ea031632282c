import { PackageSource } from '#catalog';
import type { PackageOffer, PackagePin, PackageSide, PulledFile, PullProgress } from '#catalog';
import type { FreeNames, PullThrough, UpstreamPackages } from '#packages';

/** Hands the catalogue what pull-through and the index of packages know. */
export class UpstreamPackageSource extends PackageSource {
  constructor(
    private readonly upstream: UpstreamPackages,
    private readonly pullThrough: PullThrough,
    private readonly names: FreeNames,
  ) {
    super();
  }

  override isOn(side: PackageSide): boolean {
    return this.upstream.isOn(side);
  }

  override requireFree(side: PackageSide, name: string, publisher: string): Promise<void> {
    return this.names.require(side, name, publisher);
  }

  override async offer(side: PackageSide, name: string): Promise<PackageOffer | undefined> {
    const found = await this.upstream.versions(side, name);
    if (!found) return undefined;
    const versions = found.versions.map(({ version, stable, deprecated, yanked, quarantined }) => ({
      version,
      stable,
      withdrawn: deprecated !== null || yanked !== null || quarantined !== null,
    }));
    return { versions, newest: found.newest };
  }

  override async pull(
    { side, package: name, version }: PackagePin,
    onProgress: PullProgress,
  ): Promise<readonly string[] | undefined> {
    const pulled = await this.upstream.pull(side, name, version, ({ filename, done, of }) => {
      onProgress(filename, { done, of });
    });
    return pulled?.leftOut;
  }

  override async pullFile(
    side: PackageSide,
    name: string,
    filename: string,
  ): Promise<PulledFile | undefined> {
    const file = await this.pullThrough.file(side, name, filename);
    return file && { kind: file.artifact.kind, filename, size: file.size, sha256: file.sha256 };
  }
}
