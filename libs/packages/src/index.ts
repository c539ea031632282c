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
export { BlobStore } from './blob-store.js';
export type { ByteRange } from './blob-store.js';
export { artifactTooLarge, blobMissing } from './errors.js';
export { inspectArtifact } from './inspect-artifact.js';
export { OpenArtifact } from './open-artifact.js';
export type { FoundArtifact } from './open-artifact.js';
export { comparePythonVersions, isPythonPrerelease } from './python-version.js';
export { Staging } from './staging.js';
export type { ArchiveFile } from './tar-archive.js';
export { unpackTar } from './unpack-tar.js';
export type { StagedFile } from './staging.js';
