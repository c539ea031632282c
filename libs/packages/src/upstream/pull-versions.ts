import { compareVersions, isPrerelease, limits } from '#kernel';
import type { NpmArtifact, PythonArtifact } from '../artifact.js';
import type { BlobStore } from '../blob-store.js';
import type { CurrentPages } from './current-pages.js';
import { upstreamMismatch } from './upstream-errors.js';
import { inspectArtifact } from '../inspect/inspect-artifact.js';
import type { PackageIndex } from '../package-index.js';
import type { PackageSide } from '../package-side.js';
import type { PulledFiles } from './pulled-files.js';
import { isInspected } from './pulled-facts.js';
import type { PulledPackages } from './pulled-packages.js';
import { comparePythonVersions, isPythonPrerelease } from '../python/python-version.js';
import { chooseFiles } from './choose-files.js';
import type { Staging } from '../staging.js';
import type { Upstream } from './upstream.js';
import type { UpstreamNames } from './upstream-names.js';
import { UpstreamPackages } from './upstream-packages.js';
import type { PulledVersion, PullProgress, UpstreamVersion, UpstreamVersions } from './upstream-packages.js';
import { unpackIndex } from './upstream-page.js';
import type { UpstreamFile } from './upstream-page.js';

type Pulled = NpmArtifact | PythonArtifact;

/** Pulls whole versions for those who pin one: what a release consists of is inspected from the inside. */
export class PullVersions extends UpstreamPackages {
  constructor(
    private readonly upstream: Upstream,
    private readonly pages: CurrentPages,
    private readonly files: PulledFiles,
    private readonly pulled: PulledPackages,
    private readonly index: PackageIndex,
    private readonly names: UpstreamNames,
    private readonly blobs: BlobStore,
    private readonly staging: Staging,
  ) {
    super();
  }

  override isOn(side: PackageSide): boolean {
    return this.upstream.mayBeOn(side);
  }

  override async versions(side: PackageSide, name: string): Promise<UpstreamVersions | undefined> {
    const page = await this.page(side, name);
    if (page === undefined) return undefined;
    const quarantined = await this.pulled.quarantined(side, name);
    const versions = toVersions(side, page.files, quarantined);
    return { versions, newest: newestOf(versions, page.latest) };
  }

  override async pull(
    side: PackageSide,
    name: string,
    version: string,
    onProgress: (progress: PullProgress) => void = () => undefined,
  ): Promise<PulledVersion | undefined> {
    const compare = comparisonOf(side);
    const isWanted = (file: UpstreamFile) => file.version === version || compare(file.version, version) === 0;
    const offered = (await this.page(side, name))?.files.filter(isWanted);
    const [first] = offered ?? [];
    if (offered === undefined || first === undefined) return undefined;
    const { chosen, leftOut } = chooseFiles(offered);
    const artifacts: Pulled[] = [];
    for (const [done, file] of chosen.entries()) {
      onProgress({ filename: file.filename, done, of: chosen.length });
      const artifact = await this.inspected(side, name, file);
      if (artifact === undefined) return undefined;
      artifacts.push(artifact);
    }
    return { version: first.version, artifacts, leftOut };
  }

  private async page(side: PackageSide, name: string) {
    if (!this.names.allows(side, name) || typeof (await this.index.owner(side, name)) === 'string')
      return undefined;
    const form = side === 'npm' ? 'short' : 'simple';
    const current = await this.pages.get({ side, name, form }, '');
    return current?.page ? unpackIndex(current.page) : undefined;
  }

  private async inspected(side: PackageSide, name: string, file: UpstreamFile): Promise<Pulled | undefined> {
    const kept = await this.index.file(side, name, file.filename);
    const pulled = kept?.artifact ?? (await this.fetched(side, name, file));
    if (pulled === undefined || isInspected(pulled)) return pulled;
    const staged = await this.staging.stage(await this.blobs.open(pulled.sha256), {
      maxBytes: limits.artifactBytes,
    });
    try {
      const found = await inspectArtifact(staged, file.filename);
      const isPromised =
        (found.kind === 'tarball' || found.kind === 'wheel' || found.kind === 'sdist') &&
        found.package === name &&
        comparisonOf(side)(found.version, file.version) === 0;
      if (!isPromised)
        throw upstreamMismatch(file.filename, 'by its contents it is of another package or version');
      // The spelling under which the version is kept is that of the page.
      const artifact = { ...found, version: pulled.version };
      await this.pulled.describe(artifact);
      return artifact;
    } finally {
      await staged.discard();
    }
  }

  private async fetched(side: PackageSide, name: string, file: UpstreamFile): Promise<Pulled | undefined> {
    return (await this.upstream.isOn(side)) ? await this.files.pull(side, name, file, '') : undefined;
  }
}

const comparisonOf = (side: PackageSide): ((a: string, b: string) => number) =>
  side === 'npm' ? compareVersions : comparePythonVersions;

function toVersions(
  side: PackageSide,
  files: readonly UpstreamFile[],
  quarantined: ReadonlyMap<string, string>,
): UpstreamVersion[] {
  const byVersion = new Map<string, UpstreamFile[]>();
  for (const file of files) {
    const others = byVersion.get(file.version);
    if (others) others.push(file);
    else byVersion.set(file.version, [file]);
  }
  const isPre = side === 'npm' ? isPrerelease : isPythonPrerelease;
  return [...byVersion]
    .map(([version, [first, ...others]]) => {
      const yanked = others.every((file) => file.yanked !== null) ? (first?.yanked ?? null) : null;
      const reason = quarantined.get(version);
      return {
        version,
        stable: !isPre(version),
        deprecated: first?.deprecated ?? null,
        yanked: yanked === null ? null : { reason: yanked },
        quarantined: reason === undefined ? null : { reason },
      };
    })
    .sort((a, b) => comparisonOf(side)(a.version, b.version));
}

function newestOf(versions: readonly UpstreamVersion[], latest: string | null): string | null {
  const stable = versions.filter((version) => version.stable && version.quarantined === null);
  const good = stable.filter((version) => version.deprecated === null && version.yanked === null);
  const candidates = good.length > 0 ? good : stable;
  const tagged = candidates.find(({ version }) => version === latest);
  return (tagged ?? candidates.at(-1))?.version ?? null;
}
