import type { PackageVersionName } from './quarantine.js';

/** Knows what upstream has. May use the network: to be asked outside transactions. */
export abstract class UpstreamVersions {
  /** The version as upstream spells it; undefined where it has none. Throws `upstream-unreachable` where it doesn't answer. */
  abstract find(name: PackageVersionName): Promise<PackageVersionName | undefined>;
}
