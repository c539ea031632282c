/** What the rows say of some bytes; rows that say the same are one record. */
export interface FileRecord {
  /** Whose it is, e.g. `release acme/tool 1.0.0` or `npm package @acme/ui 1.2.0`. */
  readonly holder: string;
  /** How many rows say the same, the holder's among them. */
  readonly rows: number;
  /** Whether it was pulled from upstream, and so was published by nobody here. */
  readonly isUpstream: boolean;
  readonly filename: string;
  readonly size: number;
  readonly kind: string;
  /** An Artifact as it was kept; undefined where that is no JSON. */
  readonly facts: unknown;
}

/** Reads what the rows of packages and releases say of the bytes that they are made of. */
export abstract class FileRecords {
  /** How many different digests the rows name. */
  abstract count(): Promise<number>;
  /** Each digest that a row names, once. */
  abstract digests(): AsyncIterable<string>;
  /** None where no row names the digest. */
  abstract of(sha256: string): Promise<readonly FileRecord[]>;
}
