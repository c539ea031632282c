import { sortVersions } from '#kernel';
import type { PluginId, Version } from '#kernel';
import type { Standing, Trust } from './release.js';

/** A release as lists show it. */
export interface ListedRelease {
  readonly version: Version;
  readonly versionLabel: string | null;
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
  readonly publishedBy: string;
  readonly standing: Standing;
  /** The publisher's, unless a moderator decided otherwise. */
  readonly trust: Trust;
}

/** A plugin with all of its versions, in no order, and where its channels point. */
export interface Plugin {
  readonly id: PluginId;
  readonly latest: Version | null;
  readonly downloads: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly releases: readonly ListedRelease[];
  /** Name to version. */
  readonly channels: ReadonlyMap<string, Version>;
}

/**
 * The plugin as others than its publisher's members and the moderators see it: without what is pending or rejected,
 * and undefined where nothing is left.
 */
export function publicPlugin(plugin: Plugin): Plugin | undefined {
  const releases = plugin.releases.filter(({ standing }) => standing.review === 'approved');
  if (releases.length === 0) return undefined;
  if (releases.length === plugin.releases.length) return plugin;
  const versions = new Set(releases.map(({ version }) => version));
  const channels = [...plugin.channels].filter(([, version]) => versions.has(version));
  return { ...plugin, releases, channels: new Map(channels) };
}

/** The release that stands for the plugin: the latest, else the highest that isn't quarantined, else the highest. */
export function shownRelease({ latest, releases }: Plugin): ListedRelease | undefined {
  if (latest !== null) return releases.find(({ version }) => version === latest);
  const open = releases.filter(({ standing }) => standing.quarantined === null);
  return sortVersions(open.length > 0 ? open : releases, ({ version }) => version)[0];
}

/** Whether the plugin has nothing but what was withdrawn: it is listed, marked, last. */
export function isWithdrawn({ latest, releases }: Plugin): boolean {
  return latest === null && releases.every(({ standing }) => standing.yanked ?? standing.quarantined);
}
