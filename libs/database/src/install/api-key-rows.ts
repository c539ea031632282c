import { In, IsNull } from 'typeorm';
import type { EntityManager, FindOptionsWhere } from 'typeorm';
import { tooMany } from '#install';
import type { KeyFacts, NewKey } from '#install';
import { limits } from '#kernel';
import type { Tell } from '../database.js';
import { ApiKeyRow } from '../rows/install-rows.js';

type WhichKeys = Pick<FindOptionsWhere<ApiKeyRow>, 'id' | 'kind' | 'host_id' | 'installation_id' | 'sha256'>;

/** Adds a host's key, or an installation's. Throws `too-many` at the limit of live keys. */
export async function addKeyRow(
  sql: EntityManager,
  key: NewKey,
  hostId: string,
  installationId: string | null,
): Promise<void> {
  const siblings = { host_id: hostId, installation_id: installationId ?? IsNull() };
  const live = await liveKeys(sql, siblings, key.createdAt);
  if (live.length >= limits.keysPerHolder) throw tooMany('live keys', limits.keysPerHolder);
  await sql.insert(ApiKeyRow, {
    id: key.id,
    kind: installationId === null ? 'host' : 'plugin',
    sha256: key.secret.sha256,
    prefix: key.secret.prefix,
    name: key.name,
    host_id: hostId,
    installation_id: installationId,
    scopes: [...key.scopes],
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    last_used_at: null,
    revoked_at: null,
  });
}

/** Keys that are neither revoked nor, when `now` is given, expired; by age. */
export async function liveKeys(
  sql: EntityManager,
  which: WhichKeys,
  now?: number,
): Promise<{ sha256: string; facts: KeyFacts }[]> {
  const rows = await sql.find(ApiKeyRow, {
    where: { ...which, revoked_at: IsNull() },
    order: { created_at: 'ASC', id: 'ASC' },
  });
  return rows
    .filter((row) => now === undefined || row.expires_at === null || row.expires_at > now)
    .map((row) => ({ sha256: row.sha256, facts: factsOf(row) }));
}

/**
 * Ends keys: at once, or (when `endsAt` lies after `at`) by giving those that would live longer that end. Returns how
 * many it touched; caches hear of each.
 */
export async function revokeKeys(
  sql: EntityManager,
  tell: Tell,
  which: WhichKeys,
  at: number,
  endsAt = at,
): Promise<number> {
  const live = await liveKeys(sql, which, at);
  const ending = live.filter(
    (key) => endsAt <= at || key.facts.expiresAt === null || key.facts.expiresAt > endsAt,
  );
  const end = endsAt <= at ? { revoked_at: at } : { expires_at: endsAt };
  // A host that is removed takes the keys of all its plugins along: more than one statement has places for.
  for (let from = 0; from < ending.length; from += limits.keysPerStatement) {
    const ids = ending.slice(from, from + limits.keysPerStatement).map((key) => key.facts.id);
    await sql.update(ApiKeyRow, { id: In(ids) }, end);
  }
  for (const key of ending) tell('credential', key.sha256);
  return ending.length;
}

const factsOf = (row: ApiKeyRow): KeyFacts => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
});
