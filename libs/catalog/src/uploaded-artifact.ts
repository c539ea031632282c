import type { ReleaseArtifact } from './release.js';

/** A file of a package version, by what its own bytes say. */
export interface PackageUpload extends ReleaseArtifact {
  readonly kind: 'wheel' | 'sdist' | 'tarball';
  /** Normalised on the Python side. */
  readonly package: string;
  readonly version: string;
  /** What a tarball unpacks to. */
  readonly files?: readonly { readonly path: string }[];
}

interface IconUpload extends ReleaseArtifact {
  readonly kind: 'icon';
}

/** A pylock.toml. */
export interface LockUpload extends ReleaseArtifact {
  readonly kind: 'lock';
  readonly text: string;
}

/** An artifact that was looked into. Whatever else inspection found is kept with it. */
export type UploadedArtifact = PackageUpload | IconUpload | LockUpload;

/** An artifact that has arrived, and that nobody has looked into. */
export interface ArrivedArtifact {
  readonly filename: string;
  readonly sha256: string;
  /** Throws a refusal that names the file, and the archive's entry where one is the reason. */
  inspect(): Promise<UploadedArtifact>;
  /** Durable when it returns. */
  keep(): Promise<void>;
}

export const isPackageUpload = (artifact: UploadedArtifact): artifact is PackageUpload =>
  artifact.kind !== 'icon' && artifact.kind !== 'lock';
