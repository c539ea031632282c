import type { Descriptor, Problem } from '#descriptor';

/** A descriptor as it was sent, and one release that it describes. */
export interface ReleaseSource {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly descriptor: Descriptor;
  /** Warnings. */
  readonly problems: readonly Problem[];
}
