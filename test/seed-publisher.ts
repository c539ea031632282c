import { randomUUID } from 'node:crypto';
import { Database } from '#database';
import { makeApiKey } from '#kernel';
import {
  AccountRow,
  PublisherMemberRow,
  PublisherRow,
  TokenRow,
} from '../libs/database/src/rows/access-rows.js';
import type { RunningStore } from './start-store.js';

export interface SeededPublisher {
  readonly publisher: string;
  readonly username: string;
  /** A token with every scope of an account. */
  readonly token: string;
}

interface TokenLimits {
  readonly plugins?: string[];
  readonly scopes?: string[];
}

/** A publisher with one owner and a token of theirs, put into the database of a store that runs in this process. */
export function seedPublisher(
  store: RunningStore,
  publisher = 'acme',
  narrowed: TokenLimits = {},
): Promise<SeededPublisher> {
  return seedPublisherInto(store.app.get(Database), publisher, narrowed);
}

export async function seedPublisherInto(
  database: Database,
  publisher: string,
  narrowed: TokenLimits = {},
): Promise<SeededPublisher> {
  const key = makeApiKey('pat');
  const accountId = randomUUID();
  const username = `${publisher}-owner`;
  const at = Date.now();
  await database.write(async (sql) => {
    await sql.insert(AccountRow, {
      id: accountId,
      username,
      username_key: username,
      email: null,
      password_hash: 'none',
      roles: [],
      created_at: at,
    });
    await sql.insert(PublisherRow, { id: publisher, title: null, trust: 'untrusted', created_at: at });
    await sql.insert(PublisherMemberRow, { publisher, account_id: accountId, role: 'owner', added_at: at });
    await sql.insert(TokenRow, {
      id: randomUUID(),
      account_id: accountId,
      name: 'test',
      prefix: key.prefix,
      sha256: key.sha256,
      scopes: narrowed.scopes ?? ['read', 'publish', 'manage'],
      publisher: null,
      plugins: narrowed.plugins ?? [],
      created_at: at,
      expires_at: at + 3_600_000,
      last_used_at: null,
      revoked_at: null,
    });
  });
  return { publisher, username, token: key.text };
}
