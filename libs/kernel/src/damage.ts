/** Something in the store that is not as it must be, in words for whoever runs it. */
export interface Damage {
  /** Stable, kebab-case, e.g. `blob-missing`. */
  readonly code: string;
  /** What it is about, e.g. `blob ab12…` or `release acme/tool 1.0.0`. */
  readonly subject: string;
  /** A sentence on what is wrong. */
  readonly what: string;
  /** A sentence on what to do about it. */
  readonly mend: string;
}
