import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';

/** What to do about rows that are there: SQL that both engines understand. */
export type OnConflict = '' | 'ON CONFLICT DO NOTHING' | `ON CONFLICT (${string}) DO UPDATE SET ${string}`;

/**
 * Inserts rows that all have the same members. TypeORM's own insert writes numbers into the statement's text, so that
 * SQLite has to prepare it anew each time; this one binds every value.
 */
export async function insertRows<Row extends ObjectLiteral>(
  sql: EntityManager,
  table: EntityTarget<Row>,
  rows: readonly Readonly<Partial<Row>>[],
  onConflict: OnConflict = '',
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const { metadata } = sql.getRepository(table);
  const { driver } = sql.dataSource;
  const columns = metadata.columns.filter(({ propertyName }) => propertyName in first);
  const values: unknown[] = [];
  const tuples = rows.map((row) => {
    const marks = columns.map((column) => {
      values.push(driver.preparePersistentValue(row[column.propertyName], column) ?? null);
      return driver.createParameter('', values.length - 1);
    });
    return `(${marks.join(', ')})`;
  });
  const names = columns.map(({ databaseName }) => driver.escape(databaseName));
  await sql.query(
    `INSERT INTO ${driver.escape(metadata.tableName)} (${names.join(', ')}) VALUES ${tuples.join(', ')} ${onConflict}`,
    values,
  );
}
