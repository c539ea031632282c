import { RegistryError } from '#kernel';
import { shownLocation } from '../database-location.js';
import { migrations } from '../migrations/index.js';

type Query = <Row>(text: string) => Promise<readonly Row[]>;

const known: ReadonlySet<string> = new Set(migrations.map(({ name }) => name));

/**
 * Whether no store has written to the database at `location` yet, migrations are due there, or neither. Throws `database-newer`
 * where it has one that this version does not know: what that changed, this version would write wrongly.
 */
export async function schemaState(
  location: string,
  isPostgres: boolean,
  query: Query,
): Promise<'empty' | 'behind' | 'current'> {
  const applied = await appliedMigrations(isPostgres, query);
  const unknown = applied.find((name) => !known.has(name));
  if (unknown !== undefined) throw databaseNewer(location, unknown);
  if (applied.length === 0) return 'empty';
  return applied.length < known.size ? 'behind' : 'current';
}

async function appliedMigrations(isPostgres: boolean, query: Query): Promise<readonly string[]> {
  const tables = isPostgres
    ? "SELECT 1 FROM pg_tables WHERE tablename = 'migrations' AND schemaname = current_schema()"
    : "SELECT 1 FROM sqlite_master WHERE name = 'migrations'";
  const [table] = await query(tables);
  if (table === undefined) return [];
  return (await query<{ name: string }>('SELECT name FROM migrations ORDER BY id')).map(({ name }) => name);
}

const databaseNewer = (location: string, migration: string): RegistryError =>
  new RegistryError(
    'conflict',
    'database-newer',
    `${shownLocation(location)} was written by a newer version of the store, which this one does not understand (its migration ${migration}): run that version, or put back the backup from before the upgrade.`,
  );
