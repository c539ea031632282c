import type { Version } from '#kernel';

/** A file of the store, by digest. */
export interface ManifestFile {
  readonly filename: string;
  readonly url: string;
  readonly size: number;
  readonly sha256: string;
}

export interface ManifestArtifact extends ManifestFile {
  readonly kind: 'wheel' | 'sdist';
}

export interface ManifestBackend {
  readonly package: string;
  readonly version: string;
  readonly component: string | null;
  readonly requires_python: string | null;
  readonly artifacts: readonly ManifestArtifact[];
}

export interface ManifestFrontend {
  readonly package: string;
  readonly version: string;
  readonly component: string | null;
  readonly entry: string | null;
  readonly base_url: string;
  readonly tarball: ManifestFile & { readonly integrity: string };
  readonly files: readonly { readonly path: string; readonly size: number; readonly integrity: string }[];
}

export interface ManifestInterface {
  readonly backend: ManifestBackend | null;
  readonly frontend: ManifestFrontend | null;
  readonly form: readonly unknown[] | null;
}

/** What the descriptor asks for; a member is absent where it asks for nothing. */
export interface Runtime {
  /** PEP 440 specifiers. */
  readonly python?: string;
  /** Bytes, or a text such as `512Mi`. */
  readonly memory?: string | number;
  /** Cores, or a text such as `500m`. */
  readonly cpu?: string | number;
  readonly processes?: number;
  /** Seconds, or a text such as `5m`. */
  readonly timeout?: string | number;
  /** Whether it reaches the network, or the hosts that it speaks to. */
  readonly network?: boolean | string | readonly string[];
  readonly cache?: boolean;
  readonly image?: string;
  readonly packages?: readonly string[];
  readonly user?: string | number;
  readonly platform?: string | readonly string[];
}

/** What a store says is to be installed (docs/hosts.md), once its signature was verified. */
export interface Manifest {
  readonly schema_version: 1;
  /** `publisher/name`. */
  readonly plugin: string;
  readonly name: string;
  readonly version: Version;
  readonly version_label: string | null;
  readonly state: 'active' | 'yanked';
  readonly state_reason: string | null;
  readonly trust: 'trusted' | 'untrusted';
  /** The weakest isolation that its back ends may be run in. */
  readonly isolation: 'process' | 'container';
  readonly deprecated: { readonly message: string; readonly replaced_by: string | null } | null;
  readonly descriptor: { readonly url: string; readonly size: number; readonly sha256: string };
  readonly interfaces: Readonly<Record<string, ManifestInterface>>;
  readonly default_config: Readonly<Record<string, unknown>>;
  readonly permissions: readonly string[];
  readonly runtime: Runtime;
  readonly requires: Readonly<Record<string, string>>;
  readonly lock: ManifestFile | null;
  readonly icon: ManifestFile | null;
  readonly replaces: string | null;
}
