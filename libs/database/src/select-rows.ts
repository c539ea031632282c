import type { EntityManager } from 'typeorm';

/**
 * Rows as the driver hands them over, for reads that are made so often that entities would cost more than the query.
 * `?` stands for a parameter on both engines.
 */
export async function selectRows<Row>(
  sql: EntityManager,
  text: string,
  parameters: readonly unknown[],
): Promise<Row[]> {
  let place = 0;
  const isPostgres = sql.dataSource.options.type === 'postgres';
  const numbered = isPostgres ? text.replace(/\?/g, () => `$${(place += 1)}`) : text;
  const found = await sql.query<Row[] | [Row[], number]>(numbered, [...parameters]);
  // TypeORM hands over what an UPDATE or a DELETE returns beside their number, on PostgreSQL alone.
  return isPostgres && Array.isArray(found[0]) ? found[0] : (found as Row[]);
}
