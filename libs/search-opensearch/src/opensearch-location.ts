/** Where OpenSearch is. */
export interface OpenSearchLocation {
  /** Of one cluster's nodes: scheme, host, port and path, without credentials. */
  readonly addresses: readonly string[];
  readonly credentials: { readonly username: string; readonly password: string } | null;
  /** A file with the certificates by which the nodes are known; null: those of the machine. */
  readonly certificateFile: string | null;
  /** What the names of the store's indices begin with; null: the store chooses. */
  readonly prefix: string | null;
}
