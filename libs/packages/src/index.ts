export type { Artifact, FrontendFile, IconArtifact, LockArtifact, NpmArtifact, PythonArtifact } from './artifact.js';
export { BlobStore } from './blob-store.js';
export type { ByteRange, StagedFile } from './blob-store.js';
