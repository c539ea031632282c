import type { AuditedAct, Page, PageRequest } from '#kernel';
import type { AccountScope } from './scope.js';

/** A person's token, without its secret. */
export interface Token {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  /** Its first characters, to be told apart by. */
  readonly prefix: string;
  readonly scopes: readonly AccountScope[];
  /** The one publisher that it is limited to. */
  readonly publisher: string | null;
  /** Patterns (`publisher/name` with `*`) of the plugins that it is limited to; empty: all. */
  readonly plugins: readonly string[];
  /** Patterns of the packages (`npm:name` or `python:name`, with `*`) that it is limited to; null: all. */
  readonly packages: readonly string[] | null;
  /** Networks (CIDR) that it may be used from; null: all. */
  readonly networks: readonly string[] | null;
  /** Milliseconds since the epoch, as are the others. */
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastUsedAt: number | null;
}

/** Keeps tokens: of each its digest, never the token itself. Acts are audited in the same transaction. */
export abstract class TokenStore {
  abstract add(token: Token, sha256: string, act: AuditedAct): Promise<void>;
  /** The account's tokens that are not revoked, newest first. Throws `invalid-cursor`. */
  abstract list(accountId: string, page: PageRequest): Promise<Page<Token>>;
  /** One that is not revoked. */
  abstract find(accountId: string, id: string): Promise<Token | undefined>;
  /** The same by its digest. */
  abstract findByDigest(accountId: string, sha256: string): Promise<Token | undefined>;
  /** From the next request on the token is refused. Does nothing where there is none. */
  abstract revoke(accountId: string, id: string, act: AuditedAct): Promise<void>;
}
