export { packageName } from './package-references.js';
export { latestVersion } from './latest-version.js';
export { fileTaken, packageOwned, packageQuarantined, versionTaken } from './errors.js';
export { PackageShelf } from './package-shelf.js';
export type { HeldPackage, HeldVersion } from './package-shelf.js';
export { PublishPolicy } from './publish-policy.js';
export { PublishRelease } from './publish-release.js';
export type { Published, PublishRequest } from './publish-release.js';
export { readReleaseSource } from './read-release-source.js';
export type { ReleaseSource } from './release-source.js';
export { stateOf, stateReasonOf } from './release.js';
export type {
  PackagePin,
  PackageSide,
  Release,
  ReleaseArtifact,
  ReleaseState,
  Review,
  Standing,
  Trust,
} from './release.js';
export { ReleaseStore } from './release-store.js';
export type { LabelledVersion, Publication, Upload } from './release-store.js';
export type { ArrivedArtifact, UploadedArtifact } from './uploaded-artifact.js';
export { Visibility } from './visibility.js';
