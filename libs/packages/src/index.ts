export type {
  Artifact,
  FrontendFile,
  IconArtifact,
  LockArtifact,
  NpmArtifact,
  PythonArtifact,
} from './artifact.js';
export { ArtifactHoldings } from './artifact-holdings.js';
export type { ArtifactHolders, HeldArtifact } from './artifact-holdings.js';
export { FileRecords } from './upstream/file-records.js';
export type { FileRecord } from './upstream/file-records.js';
export { VerifyFiles } from './verify-files.js';
export { DownloadCounter } from './download-counter.js';
export { DownloadLog } from './download-log.js';
export type { Downloads } from './download-log.js';
export { BlobStore } from './blob-store.js';
export type { AddressedBlob, ByteRange } from './blob-store.js';
export {
  artifactQuarantined,
  artifactTooLarge,
  blobBeingRemoved,
  blobDamaged,
  blobMissing,
  nameDiffersInCase,
  nameTakenUpstream,
  packageFileNotFound,
  packageNotFound,
  scopeTaken,
  uploadFormInvalid,
} from './errors.js';
export {
  maintainerNotFound,
  npmChangeNotTaken,
  npmVersionNotFound,
  packageVersionNotFound,
  tooManyMaintainers,
  unpublishRefused,
} from './npm/npm-errors.js';
export type { ArtifactExcess, ArtifactFlaw, IconExcess, IconFlaw, TarFlaw } from './errors.js';
export { FreeNames } from './free-names.js';
export { GrantPackageName } from './grant-package-name.js';
export type { NameGrant } from './grant-package-name.js';
export { NameClaims } from './name-claims.js';
export { PackageIndex } from './package-index.js';
export type {
  IndexedFile,
  IndexedPackage,
  IndexedVersion,
  NpmSignature,
  ServedFile,
} from './package-index.js';
export { PackageOwners } from './package-owners.js';
export type { PackageSide } from './package-side.js';
export { PackageStore } from './package-store.js';
export type { PackageUpload } from './package-store.js';
export { NpmKeys } from './npm/npm-keys.js';
export type { AnnouncedNpmKey } from './npm/npm-keys.js';
export { SignPackage } from './npm/sign-package.js';
export { npmTarballVersion } from './npm/npm-tarball-address.js';
export { npmPackument, npmTags, npmVersionDocument } from './npm/npm-packument.js';
export { NpmSearchIndex } from './npm/npm-search-index.js';
export { parseNpmSearch } from './npm/npm-search-query.js';
export type { NpmSearchQuery } from './npm/npm-search-query.js';
export type { PackumentForm } from './npm/npm-packument.js';
export { isNpmName, npmScopeOf, parseNpmName } from './npm/npm-name.js';
export { isPythonName, normalizePythonName } from './python/python-name.js';
export { ChangeNpmPackage } from './npm/change-npm-package.js';
export { npmRevision } from './npm/npm-revision.js';
export { parseNpmAccess, parseNpmChange } from './npm/npm-change.js';
export { PackageRights } from './package-rights.js';
export { PackageUpkeep } from './package-upkeep.js';
export type { PackageChange } from './package-upkeep.js';
export { PointDistTag } from './npm/point-dist-tag.js';
export { RemoveDistTag } from './npm/remove-dist-tag.js';
export { parseNpmPublication } from './npm/npm-publication.js';
export type { NpmPublication } from './npm/npm-publication.js';
export { readNpmDocument } from './npm/read-npm-document.js';
export type { NpmDocument } from './npm/read-npm-document.js';
export { isFileTaken, UploadPackage } from './upload-package.js';
export type { Uploaded, Uploader, UploadRequest } from './upload-package.js';
export { inspectArtifact } from './inspect/inspect-artifact.js';
export { OpenArtifact } from './open-artifact.js';
export type { FoundArtifact } from './open-artifact.js';
export { comparePythonVersions, isPythonPrerelease } from './python/python-version.js';
export { Staging } from './staging.js';
export type { ArchiveFile } from './archive/tar-archive.js';
export { KeptBytes } from './kept-bytes.js';
export { unpackNpmTarball } from './npm/unpack-npm-tarball.js';
export { UnpackedTarballs } from './unpacked-tarballs.js';
export type { UnpackedFile } from './unpacked-tarballs.js';
export { readTarballFile } from './archive/read-tarball-file.js';
export { unpackTar } from './archive/unpack-tar.js';
export type { ReadableBytes, StagedFile } from './staging.js';
export { PullThrough } from './upstream/pull-through.js';
export type { NpmKey, PulledDocument } from './upstream/pull-through.js';
export { UpstreamPackages } from './upstream/upstream-packages.js';
export type {
  PulledVersion,
  PullProgress,
  UpstreamVersion,
  UpstreamVersions,
} from './upstream/upstream-packages.js';
export { simpleListPage, simplePageStyle, simpleProjectPage } from './python/simple-page.js';
export { simpleApiVersion, simpleProject } from './python/simple-project.js';
export type { SimpleFile, SimpleProject } from './python/simple-project.js';
export { checkSentDigests } from './python/check-sent-digests.js';
export { parsePythonUpload, pythonUploadFields } from './python/parse-python-upload.js';
export type { PythonUpload } from './python/parse-python-upload.js';
export { CurrentPages } from './upstream/current-pages.js';
export {
  upstreamChanged,
  upstreamFileTooLarge,
  upstreamRefuses,
  upstreamUnreachable,
} from './upstream/upstream-errors.js';
export { PullFromUpstream } from './upstream/pull-from-upstream.js';
export { PulledFiles } from './upstream/pulled-files.js';
export { PulledPackages } from './upstream/pulled-packages.js';
export type { KeptMetadata } from './upstream/pulled-packages.js';
export { PullVersions } from './upstream/pull-versions.js';
export { Upstream } from './upstream/upstream.js';
export type { PageForm, PageRequest, UpstreamAnswer } from './upstream/upstream.js';
export { UpstreamClaims } from './upstream/upstream-claims.js';
export { UpstreamNames } from './upstream/upstream-names.js';
export { UpstreamPages } from './upstream/upstream-pages.js';
export type { KeptAnswer, PageKey } from './upstream/upstream-pages.js';
export { BlobRemovals } from './removal/blob-removals.js';
export type { BegunRemoval, BlobRemoval, RemovalsDue } from './removal/blob-removals.js';
export { claimBlobs } from './removal/claim-blobs.js';
export { RemovableBlobs } from './removal/removable-blobs.js';
export { RemoveBlobs } from './removal/remove-blobs.js';
export type { RemovedBlobs } from './removal/remove-blobs.js';
