import type { Descriptor, Problem } from '#descriptor';

/** A descriptor as it was sent, and one release that it describes. */
export interface ReleaseSource {
  readonly text: string;
  readonly sha256: string;
  readonly size: number;
  readonly descriptor: Descriptor;
  /** Warnings. */
  readonly problems: readonly Problem[];
}
