import { completeVersion, limits, normalizeName, satisfiesRange } from '#kernel';
import type { Version } from '#kernel';

/** What a host says that it is; null where it doesn't say. */
export interface HostFacts {
  /** E.g. `galaxy`. */
  readonly kind: string | null;
  /** As its makers write it; the last numbers may be left out (`24.1`). */
  readonly version: string | null;
}

/**
 * Whether what a plugin `requires` (names of hosts to ranges) lets it run on this one. A kind or version that nobody told,
 * or that can't be read, never stands in the way.
 */
export function suitsHost(requires: Readonly<Record<string, string>>, { kind, version }: HostFacts): boolean {
  const required = Object.entries(requires);
  if (required.length === 0 || kind === null) return true;
  const range = required.find(([name]) => normalizeName(name) === normalizeName(kind))?.[1];
  if (range === undefined) return false;
  const complete = version === null ? undefined : completeVersion(version);
  return complete === undefined || satisfiesRange(complete, range);
}

/** In place of a host whose nature is to stand in no plugin's way. */
export const anyHost: HostFacts = { kind: null, version: null };

/**
 * Of `versions`, the best first, the release of the first that suits; else of the first that there is, to be spoken of. No
 * more than `updateCandidates` are read.
 */
export async function bestSuiting<Release>(
  versions: readonly Version[],
  read: (version: Version) => Promise<Release | undefined>,
  suits: (release: Release) => boolean,
): Promise<Release | undefined> {
  let best: Release | undefined;
  for (const version of versions.slice(0, limits.updateCandidates)) {
    const release = await read(version);
    if (release && suits(release)) return release;
    best ??= release;
  }
  return best;
}

/** Why it doesn't run there, as a sentence without what to do about it. */
export function unsuitedTo(
  requires: Readonly<Record<string, string>>,
  { kind, version }: HostFacts,
  release: string,
): string {
  const asked = Object.entries(requires).map(([name, range]) => `${name} ${range}`);
  const own = [kind ?? [], version ?? []].flat().join(' ');
  return `${release} requires ${asked.join(' or ')}, and this host is ${own}.`;
}
