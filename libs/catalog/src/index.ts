export { ImportDescriptors } from './import-descriptors.js';
export type { ImportEntry, ImportOutcome, ImportRequest } from './import-descriptors.js';
export { packageName } from './package-references.js';
export { latestVersion } from './latest-version.js';
export { ChannelStore } from './channel-store.js';
export { chooseVersion, exactVersion, latestChannel } from './choose-version.js';
export { DeprecateRelease } from './deprecate-release.js';
export {
  fileTaken,
  invalidRange,
  jobNotFound,
  packageOwned,
  packageQuarantined,
  pluginNotFound,
  releaseQuarantined,
  tooManyJobs,
  versionTaken,
} from './errors.js';
export { DecideDeadJob } from './decide-dead-job.js';
export { hasEnded } from './job.js';
export type { ClaimedJob, Job, JobOutcome, JobProblem, JobProgress, JobState } from './job.js';
export { JobStore } from './job-store.js';
export type { JobCounts, JobFilter, JobReport, NewJob } from './job-store.js';
export { MoveChannel } from './move-channel.js';
export { PackageShelf } from './package-shelf.js';
export { PackageSource } from './package-source.js';
export type { OfferedVersion, PackageOffer, PulledFile, PullProgress } from './package-source.js';
export { packageVersionKey } from './package-version-key.js';
export type { HeldFile, HeldVersion } from './package-shelf.js';
export { isWithdrawn, publicPlugin, shownRelease } from './plugin.js';
export type { ListedRelease, Plugin } from './plugin.js';
export { pageVersions } from './page-versions.js';
export type { VersionsQuery } from './page-versions.js';
export { PluginCatalog } from './plugin-catalog.js';
export type { CatalogChange, ChannelHistory, ChannelMove } from './plugin-catalog.js';
export { PluginDownloads } from './plugin-downloads.js';
export type { DailyDownloads, DaySpan } from './plugin-downloads.js';
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
export { RowFaults } from './row-faults.js';
export type { RowFault } from './row-faults.js';
export { VerifyRows } from './verify-rows.js';
export { StandingStore } from './standing-store.js';
export type { StandingChange } from './standing-store.js';
export type { ArrivedArtifact, UploadedArtifact } from './uploaded-artifact.js';
export { Visibility } from './visibility.js';
export { YankRelease } from './yank-release.js';
