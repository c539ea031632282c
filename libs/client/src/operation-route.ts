/** Where a call goes, from the contract. */
export interface OperationRoute {
  readonly method: string;
  /** With `{name}` for every parameter of the path. */
  readonly path: string;
  /** The parameters that the query takes. */
  readonly query: readonly string[];
  readonly sends: 'none' | 'application/json' | 'application/x-www-form-urlencoded' | 'stream';
  readonly answers: 'json' | 'bytes' | 'none';
}

/** A body that is not JSON. It is opened anew for every attempt, so that a retry sends all of it. */
export interface BodyToSend {
  readonly contentType: string;
  /** In bytes, so that the store can refuse what is too large before it arrives. */
  readonly length: number;
  open(): AsyncIterable<Uint8Array>;
}

/** What a call is given that takes nothing. */
export type NoInput = Readonly<Record<string, never>>;
