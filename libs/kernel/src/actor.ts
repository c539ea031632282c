/** Who does something, for the audit log. */
export interface Actor {
  readonly kind: 'account' | 'host' | 'system';
  /** The account's or host's id; null for the system itself. */
  readonly id: string | null;
  /** As a person knows them: the username, the host's name. */
  readonly name: string;
}

/** What the audit log keeps of an act; written in the same transaction as the act itself. */
export interface AuditedAct {
  readonly actor: Actor;
  /** Verb and noun in kebab-case, e.g. `yank-release`. */
  readonly action: string;
  /** What it was done to, e.g. `plugin:galaxy/kubeplugin@1.0.0`, `publisher:galaxy`, `account:ada`. */
  readonly target: string;
  readonly reason: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch. */
  readonly at: number;
}
