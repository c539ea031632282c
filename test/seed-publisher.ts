import { randomUUID } from 'node:crypto';
import { Database, SqlAccountStore, SqlPublisherStore, SqlTokenStore } from '#database';
import { makeApiKey } from '#kernel';
import type { AuditedAct } from '#kernel';
import type { AccountScope, Role } from '#access';
import type { RunningStore } from './start-store.js';

export interface SeededPublisher {
  readonly publisher: string;
  readonly username: string;
  /** A token with every scope of an account. */
  readonly token: string;
}

interface TokenLimits {
  readonly plugins?: string[];
  readonly packages?: string[];
  readonly networks?: string[];
  readonly scopes?: AccountScope[];
  /** Of the owner. */
  readonly roles?: Role[];
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
  const act: AuditedAct = {
    actor: { kind: 'system', id: null, name: 'test' },
    action: 'seed',
    target: `publisher:${publisher}`,
    reason: null,
    details: {},
    at,
  };
  const {
    scopes = ['read', 'publish', 'manage'],
    plugins = [],
    roles = [],
    packages = null,
    networks = null,
  } = narrowed;
  await new SqlAccountStore(database).add(
    { id: accountId, username, email: null, passwordHash: 'none', roles, createdAt: at },
    act,
  );
  await new SqlPublisherStore(database).add(
    { id: publisher, name: publisher, title: null, trust: 'untrusted', createdAt: at },
    accountId,
    act,
  );
  await new SqlTokenStore(database).add(
    {
      id: randomUUID(),
      accountId,
      name: 'test',
      prefix: key.prefix,
      scopes,
      publisher: null,
      plugins,
      packages,
      networks,
      createdAt: at,
      expiresAt: at + 3_600_000,
      lastUsedAt: null,
    },
    key.sha256,
    act,
  );
  return { publisher, username, token: key.text };
}
