/** What inspecting an artifact's own bytes came to; nothing here comes from the uploader's word. */
interface ArtifactBytes {
  readonly filename: string;
  readonly sha256: string;
  readonly size: number;
}

/** A wheel (PEP 427) or a source distribution (PEP 643), by its own METADATA or PKG-INFO. */
export interface PythonArtifact extends ArtifactBytes {
  readonly kind: 'wheel' | 'sdist';
  /** Normalised (PEP 503). */
  readonly package: string;
  /** PEP 440, normalised. */
  readonly version: string;
  readonly requiresPython: string | null;
  /** SHA-256 of the METADATA file (PEP 658) and its text; null for an sdist. */
  readonly metadata: { readonly sha256: string; readonly text: string } | null;
}

export interface FrontendFile {
  readonly path: string;
  readonly size: number;
  /** `sha384-…` (W3C SRI). */
  readonly integrity: string;
}

/** An npm tarball, by its own package.json. */
export interface NpmArtifact extends ArtifactBytes {
  readonly kind: 'tarball';
  /** With its scope, e.g. `@acme/zephyr-tool`. */
  readonly package: string;
  readonly version: string;
  /** The whole of package.json. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** The ES module that the package is entered by, relative to its root; null when it names none. */
  readonly entry: string | null;
  /** `sha512-…` and SHA-1 in hexadecimal, as npm's `dist` has them. */
  readonly integrity: string;
  readonly shasum: string;
  readonly unpackedSize: number;
  /** Every file below `package/`, sorted by path. */
  readonly files: readonly FrontendFile[];
}

export interface IconArtifact extends ArtifactBytes {
  readonly kind: 'icon';
  readonly mediaType: 'image/png' | 'image/webp' | 'image/svg+xml';
}

/** A pylock.toml (PEP 751); its contents are looked into where packages are resolved. */
export interface LockArtifact extends ArtifactBytes {
  readonly kind: 'lock';
  readonly text: string;
}

export type Artifact = PythonArtifact | NpmArtifact | IconArtifact | LockArtifact;
