import type { NpmKey } from '../upstream/pull-through.js';

const maxKeys = 100;

/** The keys in the answer of `/-/npm/v1/keys`; none where it is something else. */
export function readNpmKeys(body: Buffer): readonly NpmKey[] {
  let keys: unknown;
  try {
    keys = (JSON.parse(body.toString('utf8')) as { keys?: unknown } | null)?.keys;
  } catch {
    return [];
  }
  return Array.isArray(keys) ? keys.slice(0, maxKeys).flatMap(toKey) : [];
}

function toKey(value: unknown): NpmKey[] {
  const { expires, keyid, keytype, scheme, key } = (value ?? {}) as Record<string, unknown>;
  if ([keyid, keytype, scheme, key].some((text) => typeof text !== 'string')) return [];
  return [{ expires: typeof expires === 'string' ? expires : null, keyid, keytype, scheme, key } as NpmKey];
}
