import { limits } from '#kernel';
import type { PluginId, Version } from '#kernel';
import type { InstallableRelease } from './installable-release.js';
import type { InstallableReleases } from './installation.js';

/** What decides whether files of a release's front ends are served, and where their bytes are. */
export interface FrontendRelease extends Pick<
  InstallableRelease,
  'plugin' | 'version' | 'state' | 'stateReason' | 'review' | 'trust'
> {
  /** npm package to the SHA-256 of the tarball that the release pins. */
  readonly tarballs: ReadonlyMap<string, string>;
}

/**
 * Remembers releases as far as serving their front ends needs, since one page asks for many files, until a commit
 * changes the plugin. What a read brings back after a change is not kept: it may have begun before.
 */
export class FrontendReleases {
  /** The plugin that was read first leaves first. */
  private readonly plugins = new Map<PluginId, Map<Version, FrontendRelease>>();
  private kept = 0;
  private changes = 0;

  constructor(private readonly source: InstallableReleases) {}

  async find(plugin: PluginId, version: Version): Promise<FrontendRelease | undefined> {
    const kept = this.plugins.get(plugin)?.get(version);
    if (kept) return kept;
    const changesBefore = this.changes;
    const release = await this.source.find(plugin, version);
    if (!release) return undefined;
    const found = frontendRelease(release);
    if (this.changes === changesBefore) this.keep(found);
    return found;
  }

  /** To be told of every commit that may have changed something of the plugin. */
  forget(plugin: PluginId): void {
    this.changes += 1;
    this.kept -= this.plugins.get(plugin)?.size ?? 0;
    this.plugins.delete(plugin);
  }

  /** To be told of every commit that may have changed something of the publisher. */
  forgetPublisher(publisher: string): void {
    this.changes += 1;
    for (const plugin of this.plugins.keys()) if (plugin.startsWith(`${publisher}/`)) this.forget(plugin);
  }

  /** To be told when commits may have been missed. */
  forgetAll(): void {
    this.changes += 1;
    this.kept = 0;
    this.plugins.clear();
  }

  private keep(release: FrontendRelease): void {
    const { plugin, version } = release;
    const versions = this.plugins.get(plugin) ?? new Map<Version, FrontendRelease>();
    if (!versions.has(version)) this.kept += 1;
    this.plugins.set(plugin, versions.set(version, release));
    for (const oldest of this.plugins.keys()) {
      if (this.kept <= limits.frontendReleasesInMemory) return;
      this.forget(oldest);
    }
  }
}

const frontendRelease = (release: InstallableRelease): FrontendRelease => ({
  plugin: release.plugin,
  version: release.version,
  state: release.state,
  stateReason: release.stateReason,
  review: release.review,
  trust: release.trust,
  tarballs: new Map(release.frontends.map((frontend) => [frontend.package, frontend.tarball.sha256])),
});
