import type { EntityManager } from 'typeorm';

/**
 * The time by the database's clock, in milliseconds since the epoch, as an expression of SQL: the same for all processes,
 * whose own clocks may differ. Where the database is a file, it is this machine's.
 */
export const databaseNow = (sql: EntityManager): string =>
  sql.dataSource.options.type === 'postgres'
    ? '(extract(epoch FROM clock_timestamp()) * 1000)::bigint'
    : "CAST(unixepoch('subsec') * 1000 AS integer)";
