import type { Actor, Page, PageRequest } from '#kernel';

export interface AuditEntry {
  /** Rises with every entry. */
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actor: Actor;
  readonly action: string;
  readonly target: string;
  readonly reason: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What entries must have; what is undefined is not asked for. */
export interface AuditFilter {
  /** The actor's name, as it was when they acted. */
  readonly actor?: string;
  readonly action?: string;
  readonly target?: string;
  /** Milliseconds since the epoch: not before this. */
  readonly since?: number;
  /** Milliseconds since the epoch: before this. */
  readonly until?: number;
}

/** Tells who did what to what, when and why. Append-only: acts write themselves into it. */
export abstract class AuditLog {
  /** Newest first. Throws `invalid-cursor`. */
  abstract list(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>;
}
