export { latestVersion } from './latest-version.js';
export { stateOf, stateReasonOf } from './release.js';
export type { PackagePin, PackageSide, Release, ReleaseState, Review, Standing, Trust } from './release.js';
