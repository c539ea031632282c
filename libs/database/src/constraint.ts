import { QueryFailedError } from 'typeorm';

/** Whether `error` says that a row with the same unique values exists, on SQLite or PostgreSQL. */
export function isUniqueViolation(error: unknown): boolean {
  const code = driverCodeOf(error);
  return code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY' || code === '23505';
}

/** Whether `error` says that there is no room left to write to. */
export function isFull(error: unknown): boolean {
  const code = driverCodeOf(error);
  return code === 'SQLITE_FULL' || code === '53100';
}

const driverCodeOf = (error: unknown): unknown =>
  error instanceof QueryFailedError ? (error.driverError as { code?: unknown }).code : undefined;
