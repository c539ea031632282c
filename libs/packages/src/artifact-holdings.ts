import type { PluginId } from '#kernel';

/** Releases that are alike in who may see them and whether they were withdrawn. */
export interface ArtifactHolders {
  readonly plugin: PluginId;
  readonly approved: boolean;
  readonly quarantined: { readonly reason: string | null } | null;
}

export interface HeldArtifact {
  readonly size: number;
  /** Those whose releases have the artifact; at least one. */
  readonly holders: readonly ArtifactHolders[];
  /** Set when the package version that it is a file of was withdrawn by itself. */
  readonly packageQuarantined: { readonly reason: string | null } | null;
}

/** Which releases have an artifact. Bytes that no release has are not an artifact, though they may be kept. */
export abstract class ArtifactHoldings {
  abstract find(sha256: string, filename: string): Promise<HeldArtifact | undefined>;
}
