import semver from 'semver';
import { limits } from './limits.js';

/** A SemVer 2.0 version with three numbers and no build metadata, in its one canonical spelling. */
export type Version = string;

const strictVersion = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

/** Whether it is one as it stands: `1.0`, `v1.0.0` and `1.0.0+build` are none. */
export function isVersion(text: string): boolean {
  return strictVersion.test(text) && semver.parse(text)?.version === text;
}

/** SemVer precedence (SemVer 2.0, section 11): negative when `a` is lower. */
export function compareVersions(a: Version, b: Version): number {
  return semver.compare(a, b);
}

/** As SemVer 2.0 (section 9) has it: `2.0.0-beta.1`. */
export function isPrerelease(version: Version): boolean {
  return version.includes('-');
}

/** Whether it is the latest or before it; of pre-releases the latest alone. */
export function isUpToLatest(version: Version, latest: Version | null): boolean {
  if (latest === null) return false;
  return version === latest || (compareVersions(version, latest) < 0 && !isPrerelease(version));
}

/** Whether `range` is a SemVer range as npm reads them, e.g. `^1.2`. */
export function isVersionRange(range: string): boolean {
  return semver.validRange(range) !== null;
}

/** Whether `version` lies in `range`, by npm's rules: a pre-release only where the range names one of its numbers. */
export function satisfiesRange(version: Version, range: string): boolean {
  return semver.satisfies(version, range);
}

/** The items by the precedence of their versions, the highest first; each version is parsed once. */
export function sortVersions<Item>(
  items: readonly Item[],
  versionOf: (item: Item) => Version,
): readonly Item[] {
  return items
    .map((item) => ({ item, parsed: new semver.SemVer(versionOf(item)) }))
    .sort((a, b) => b.parsed.compare(a.parsed))
    .map(({ item }) => item);
}

/** Which versions of a plugin there are, as a sentence. `open`: those that may be installed, the newest first. */
export function tellVersions(open: readonly Version[]): string {
  if (open.length === 0) return 'None of its versions may be installed.';
  const older = open.length - limits.namedVersions;
  const and = older > 0 ? `, and ${older} older` : '';
  return `There ${open.length === 1 ? 'is' : 'are'} ${open.slice(0, limits.namedVersions).join(', ')}${and}.`;
}
