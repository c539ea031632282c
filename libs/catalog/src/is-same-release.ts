import { isDeepStrictEqual } from 'node:util';
import type { Descriptor } from '#descriptor';
import type { ReleaseSource } from './release-source.js';
import type { Release } from './release.js';

/**
 * Whether publishing it again would change nothing: the same descriptor, and no artifact that the release lacks. One
 * CloudLaunch entry describes many releases and grows with each: there the release's own part of it decides.
 */
export function isSameRelease(
  release: Release,
  again: { readonly source: ReleaseSource; readonly artifacts: readonly { readonly sha256: string }[] },
): boolean {
  const digests = new Set(release.artifacts.map(({ sha256 }) => sha256));
  if (!again.artifacts.every(({ sha256 }) => digests.has(sha256))) return false;
  const { sha256, descriptor } = again.source;
  if (release.descriptorSha256 === sha256) return release.versionLabel === descriptor.version_label;
  return (
    descriptor.kind === 'cloudlaunch' && isDeepStrictEqual(content(release.descriptor), content(descriptor))
  );
}

/** What a descriptor says of the release itself; as JSON, which is how a descriptor is kept. */
function content(descriptor: Descriptor): unknown {
  return JSON.parse(JSON.stringify({ ...descriptor, channels: [], version: null }));
}
