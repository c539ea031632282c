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
export { FileRecords } from './file-records.js';
export type { FileRecord } from './file-records.js';
export { VerifyFiles } from './verify-files.js';
export { DownloadCounter } from './download-counter.js';
export { DownloadLog } from './download-log.js';
export type { Downloads } from './download-log.js';
export { BlobStore } from './blob-store.js';
export type { ByteRange } from './blob-store.js';
export {
  artifactQuarantined,
  artifactTooLarge,
  blobMissing,
  nameTakenUpstream,
  packageFileNotFound,
  packageNotFound,
  uploadFormInvalid,
} from './errors.js';
export {
  maintainerNotFound,
  npmChangeNotTaken,
  npmVersionNotFound,
  packageVersionNotFound,
  tooManyMaintainers,
  unpublishRefused,
} from './npm-errors.js';
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
export { NpmKeys } from './npm-keys.js';
export type { AnnouncedNpmKey } from './npm-keys.js';
export { SignPackage } from './sign-package.js';
export { npmPackument, npmTags, npmVersionDocument } from './npm-packument.js';
export { NpmSearchIndex } from './npm-search-index.js';
export { parseNpmSearch } from './npm-search-query.js';
export type { NpmSearchQuery } from './npm-search-query.js';
export type { PackumentForm } from './npm-packument.js';
export { npmTarballAddress, npmTarballVersion } from './npm-tarball-address.js';
export { pythonFileAddress } from './python-file-address.js';
export { isNpmName, parseNpmName } from './npm-name.js';
export { isPythonName, normalizePythonName } from './python-name.js';
export { ChangeNpmPackage } from './change-npm-package.js';
export { npmRevision } from './npm-revision.js';
export { parseNpmAccess, parseNpmChange } from './npm-change.js';
export { PackageRights } from './package-rights.js';
export { PackageUpkeep } from './package-upkeep.js';
export type { PackageChange } from './package-upkeep.js';
export { PointDistTag } from './point-dist-tag.js';
export { RemoveDistTag } from './remove-dist-tag.js';
export { parseNpmPublication } from './npm-publication.js';
export type { NpmPublication } from './npm-publication.js';
export { readNpmDocument } from './read-npm-document.js';
export type { NpmDocument } from './read-npm-document.js';
export { isFileTaken, UploadPackage } from './upload-package.js';
export type { Uploaded, Uploader, UploadRequest } from './upload-package.js';
export { inspectArtifact } from './inspect-artifact.js';
export { OpenArtifact } from './open-artifact.js';
export type { FoundArtifact } from './open-artifact.js';
export { comparePythonVersions, isPythonPrerelease, normalizePythonVersion } from './python-version.js';
export { Staging } from './staging.js';
export type { ArchiveFile } from './tar-archive.js';
export { KeptBytes } from './kept-bytes.js';
export { unpackNpmTarball } from './unpack-npm-tarball.js';
export { UnpackedTarballs } from './unpacked-tarballs.js';
export type { UnpackedFile } from './unpacked-tarballs.js';
export { readTarballFile } from './read-tarball-file.js';
export { unpackTar } from './unpack-tar.js';
export type { ReadableBytes, StagedFile } from './staging.js';
export { PullThrough } from './pull-through.js';
export type { NpmKey, PulledDocument } from './pull-through.js';
export { UpstreamPackages } from './upstream-packages.js';
export type { PulledVersion, PullProgress, UpstreamVersion, UpstreamVersions } from './upstream-packages.js';
export { simpleListPage, simplePageStyle, simpleProjectPage } from './simple-page.js';
export { simpleApiVersion, simpleProject } from './simple-project.js';
export type { SimpleFile, SimpleProject } from './simple-project.js';
export { checkSentDigests } from './check-sent-digests.js';
export { parsePythonUpload, pythonUploadFields } from './parse-python-upload.js';
export type { PythonUpload } from './parse-python-upload.js';
export { CurrentPages } from './current-pages.js';
export { upstreamChanged, upstreamFileTooLarge, upstreamUnreachable } from './upstream-errors.js';
export { PullFromUpstream } from './pull-from-upstream.js';
export { PulledFiles } from './pulled-files.js';
export { PulledPackages } from './pulled-packages.js';
export { PullVersions } from './pull-versions.js';
export { Upstream } from './upstream.js';
export type { PageForm, PageRequest, UpstreamAnswer } from './upstream.js';
export { UpstreamClaims } from './upstream-claims.js';
export { UpstreamNames } from './upstream-names.js';
export { UpstreamPages } from './upstream-pages.js';
export type { KeptAnswer, PageKey } from './upstream-pages.js';
