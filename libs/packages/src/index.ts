export type {
  Artifact,
  FrontendFile,
  IconArtifact,
  LockArtifact,
  NpmArtifact,
  PythonArtifact,
} from './artifact.js';
export { BlobStore } from './blob-store.js';
export type { ByteRange } from './blob-store.js';
export { Staging } from './staging.js';
export type { StagedFile } from './staging.js';
