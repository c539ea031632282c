import type { EntityManager } from 'typeorm';
import { selectRows } from '../select-rows.js';

/** Every publisher of an npm package of the scope, however capital letters are used in it: `@acme`. */
export async function scopePublishers(sql: EntityManager, scope: string): Promise<readonly string[]> {
  // Names of a scope lie between `@acme/` and `@acme0`, the character after the slash.
  const rows = await selectRows<{ publisher: string }>(
    sql,
    `SELECT DISTINCT publisher FROM package
     WHERE side = 'npm' AND lower(name) >= ? AND lower(name) < ? AND publisher IS NOT NULL`,
    [`${scope.toLowerCase()}/`, `${scope.toLowerCase()}0`],
  );
  return rows.map(({ publisher }) => publisher);
}
