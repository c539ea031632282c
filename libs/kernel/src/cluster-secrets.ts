/** Keeps what all replicas of a store must agree on: each secret is made once, by whoever asks for it first. */
export abstract class ClusterSecrets {
  /** The secret of that name; where there is none yet, what `make` returns, unless another replica was quicker. */
  abstract get(name: string, make: () => string): Promise<string>;
  abstract find(name: string): Promise<string | undefined>;
}
