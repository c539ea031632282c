/** Keeps sign-ins that a client without a browser waits for, by the digest of the secret that only the client has. */
export abstract class WebLoginStore {
  /** Forgets those that have ended. False where too many others wait. May be lost when the machine stops. */
  abstract begin(sha256: string, at: number, expiresAt: number): Promise<boolean>;
  /** Milliseconds since the epoch; undefined where none waits any more. */
  abstract endOf(sha256: string, at: number): Promise<number | undefined>;
  /** False where there is none that waits for it. */
  abstract approve(sha256: string, accountId: string, at: number): Promise<boolean>;
  /** Ends one that is approved, for the first who asks: the account; `waiting` where it is not approved yet. */
  abstract finish(
    sha256: string,
    at: number,
  ): Promise<{ readonly accountId: string } | 'waiting' | undefined>;
}
