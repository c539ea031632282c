/** Rows that don't fit together. */
export interface RowFault {
  readonly kind:
    | 'database-damaged'
    | 'row-without-parent'
    | 'pin-without-version'
    | 'pin-without-file'
    | 'artifact-without-file'
    | 'descriptor-changed'
    | 'latest-wrong';
  /** What it is about, in words. */
  readonly subject: string;
  /** What belongs to it and isn't there, or isn't so. */
  readonly other: string;
}

/** Looks through the rows of plugins, releases and packages for what doesn't fit together. */
export abstract class RowFaults {
  /** How many releases there are. */
  abstract releases(): Promise<number>;
  abstract find(): AsyncIterable<RowFault>;
}
