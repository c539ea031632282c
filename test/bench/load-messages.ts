/** What the load generator's process is told. */
export type LoadCommand = PrepareCommand | RunCommand;

/** Requests as they go over the wire, kept under a number for the runs that follow. */
export interface PrepareCommand {
  readonly kind: 'prepare';
  readonly plan: number;
  readonly requests: readonly Uint8Array[];
}

export interface RunCommand {
  readonly kind: 'run';
  readonly plan: number;
  readonly port: number;
  readonly connections: number;
  /** How long the requests are sent in turn, again and again; null sends so many of them as `amount` says. */
  readonly seconds: number | null;
  readonly amount: number | null;
  readonly expectedStatuses: readonly number[];
}

export interface LoadOutcome {
  readonly requests: number;
  readonly seconds: number;
  /** Of each answer, from its request's first byte sent to its own last byte read; sorted. */
  readonly latenciesMs: Float64Array;
  readonly bodyBytes: number;
  readonly leastBodyBytes: number;
}

export type LoadReply =
  | { readonly kind: 'prepared' }
  | { readonly kind: 'ran'; readonly outcome: LoadOutcome }
  | { readonly kind: 'failed'; readonly message: string };
