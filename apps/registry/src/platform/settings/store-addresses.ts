import { splitPluginId } from '#kernel';
import type { PluginId, Version } from '#kernel';

/** Where things of the catalogue are found; `base` is the store's public address, without a slash at its end. */
export function releaseAddress(base: string, plugin: PluginId, version: Version): string {
  const { publisher, name } = splitPluginId(plugin);
  return `${base}/api/v1/plugins/${publisher}/${name}/versions/${version}`;
}

export function artifactAddress(base: string, sha256: string, filename: string): string {
  return `${base}/api/v1/artifacts/${sha256}/${encodeURIComponent(filename)}`;
}

/** Where the files of a release's front end are served, with a slash at its end. */
export function frontendAddress(
  base: string,
  plugin: PluginId,
  version: Version,
  npmPackage: string,
): string {
  return `${base}/web/${plugin}/${version}/${npmPackage}/`;
}
