/** Told of what goes wrong with the service, for a log and for figures: what was asked of it, and its word. */
export type S3Report = (failure: { readonly asked: string; readonly code: string }) => void;

export interface S3Options {
  readonly report?: S3Report;
  /** Whether to look only: then no bucket is made. */
  readonly look?: boolean;
}
