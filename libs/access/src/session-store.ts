export interface Session {
  readonly id: string;
  readonly accountId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Keeps who is signed in. */
export abstract class SessionStore {
  /** Past the limit of sessions the account's oldest ends. */
  abstract add(session: Session): Promise<void>;
  /** From the next request on the session is refused. Does nothing where there is none. */
  abstract end(id: string, at: number): Promise<void>;
}
