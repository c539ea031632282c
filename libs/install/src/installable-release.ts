import type { PluginId, Version } from '#kernel';
import type { Descriptor } from '#descriptor';

export type Trust = 'trusted' | 'untrusted';

/** Bytes that a host fetches, as the manifest names them. */
export interface StoredFile {
  readonly filename: string;
  readonly size: number;
  /** SHA-256 in hexadecimal. */
  readonly sha256: string;
}

/** A pylock.toml (PEP 751). */
export interface StoredLock {
  readonly filename: string;
  /** With `storePlaceholder` where the store's address belongs. */
  readonly document: string;
}

/** A version of a pip package that a release names, with its files in the store. */
export interface BackendPackage {
  /** Normalised (PEP 503). */
  readonly package: string;
  readonly version: string;
  readonly files: readonly (StoredFile & {
    readonly kind: 'wheel' | 'sdist';
    readonly requiresPython: string | null;
  })[];
}

/** A version of an npm package that a release names, with its tarball in the store. */
export interface FrontendPackage {
  readonly package: string;
  readonly version: string;
  readonly tarball: StoredFile & {
    readonly integrity: string;
    readonly entry: string | null;
    readonly files: readonly { readonly path: string; readonly size: number; readonly integrity: string }[];
  };
}

/** What a host needs to know of a release to install it, or to be told why it can't. */
export interface InstallableRelease {
  readonly plugin: PluginId;
  readonly version: Version;
  readonly versionLabel: string | null;
  readonly publishedAt: number;
  readonly state: 'active' | 'yanked' | 'quarantined';
  readonly stateReason: string | null;
  readonly review: 'approved' | 'pending' | 'rejected';
  readonly trust: Trust;
  readonly deprecated: { readonly message: string; readonly replacedBy: string | null } | null;
  readonly descriptor: Descriptor;
  readonly descriptorSha256: string;
  /** Bytes. */
  readonly descriptorSize: number;
  readonly backends: readonly BackendPackage[];
  readonly frontends: readonly FrontendPackage[];
  readonly icon: StoredFile | null;
  readonly lock: StoredLock | null;
}

/** One version of a plugin, as far as choosing among them needs. */
export interface ReleaseChoice {
  readonly version: Version;
  readonly state: 'active' | 'yanked' | 'quarantined';
  readonly stateReason: string | null;
  readonly review: 'approved' | 'pending' | 'rejected';
}

export interface PluginChoices {
  readonly plugin: PluginId;
  readonly latest: Version | null;
  readonly releases: readonly ReleaseChoice[];
  /** Channel name to version. */
  readonly channels: Readonly<Record<string, Version>>;
}
