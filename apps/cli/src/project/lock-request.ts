/** A table of a pylock.toml (PEP 751). */
export type Table = Record<string, unknown>;

/** What is to be locked, and against which index. */
export interface LockRequest {
  readonly requirements: readonly string[];
  /** The oldest Python that the wheels claim to run on: `3.9`. */
  readonly oldestPython: string | undefined;
  /** Of the store's Python side, without a credential. */
  readonly indexUrl: string;
  readonly credential: string | undefined;
}

/** What a tool came to: `packages`, and beside them what holds of all of it. */
export interface Resolution {
  readonly packages: readonly Table[];
  readonly environments?: readonly string[];
}
