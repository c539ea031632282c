import { QueryFailedError } from 'typeorm';
import { limits, RegistryError, storageFull } from '#kernel';
import { isFull } from '../constraint.js';
import { shownLocation } from '../database-location.js';

export const databaseUnavailable = (cause?: unknown): RegistryError =>
  new RegistryError(
    'unavailable',
    'database-unavailable',
    'The store can’t reach its database, or it takes too long to answer: try again soon. What was being written may have been kept; look before you send it again.',
    { retryAfterSeconds: limits.databaseRetryAfterSeconds, cause },
  );

const cannotReach = (address: string, cause: unknown): RegistryError =>
  new RegistryError(
    'unavailable',
    'database-unavailable',
    `The database ${shownLocation(address)} can’t be reached (${reasonOf(cause)}): start it, or correct MORTISE_DATABASE.`,
    { cause },
  );

const databaseRefused = (address: string, cause: unknown): RegistryError =>
  new RegistryError(
    'conflict',
    'database-refused',
    `The database ${shownLocation(address)} does not let the store in (${reasonOf(cause)}): correct MORTISE_DATABASE, or what PostgreSQL allows this user.`,
    { cause },
  );

/**
 * Classes and codes of PostgreSQL (its appendix A): lost connections, too many of them, a server that starts, stops or
 * only reads, and what took longer than our timeouts.
 */
const unavailable = /^(?:08...|53[0234]00|57P0[1-5]|57014|55P03|25P0[34]|25006)$/;

/** What Node says of sockets and names. */
const socketCodes =
  /^(?:ECONN(?:REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|ENOTFOUND|EAI_\w+)$/;

/** What pg and its pool say without any code, and TypeORM of a connection that it was told is lost. */
const lost =
  /^(?:Connection terminated|timeout e(?:xceeded|xpired) when trying to connect|timeout expired|Query read timeout|Database connection provided by a query runner was already released|Client has encountered a connection error|Client was closed|The server closed)|not queryable|^Query runner already released/i;

/** Two transactions that could not both go on: the one that was stopped may be run again. */
export const isRepeatable = (error: unknown): boolean => /^(?:40001|40P01)$/.test(codeOf(error) ?? '');

/** Whether the database could not be asked, or did not answer in time. */
function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return unavailable.test(code) || socketCodes.test(code);
  return error instanceof Error && lost.test(error.message);
}

/** Who may not come in, databases that are not there or let nobody in, what a user may not do; and TLS. */
const refused =
  /^(?:28...|3D000|55000|42501|0P000|3F000|[A-Z_]*CERT[A-Z_]*|UNABLE_TO_VERIFY_LEAF_SIGNATURE|ERR_TLS_[A-Z_]+)$/;
const refusedWithoutCode = /SASL|SSL/;

/** Whether the database is there and does not let the store in. */
function isRefused(error: unknown): boolean {
  const code = codeOf(error);
  return code === undefined ? refusedWithoutCode.test(reasonOf(error)) : refused.test(code);
}

/** What to tell whoever starts the store on a database that can't be opened; anything else as it came. */
export function cannotOpenPostgres(error: unknown, address: string): unknown {
  if (isUnavailable(error)) return cannotReach(address, error);
  return isRefused(error) ? databaseRefused(address, error) : error;
}

/**
 * The refusal that a failure of PostgreSQL is; anything else as it came. One that lets the store in no longer is away to
 * callers, and it may let it in again: a password that is being changed, say.
 */
export function postgresFailure(error: unknown): unknown {
  if (error instanceof RegistryError) return error;
  if (isFull(error)) return storageFull(error);
  const isAway = isUnavailable(error) || isRepeatable(error) || isRefused(error);
  return isAway ? databaseUnavailable(error) : error;
}

const reasonOf = (error: unknown): string =>
  error instanceof Error && error.message !== '' ? error.message : (codeOf(error) ?? 'unknown');

function codeOf(error: unknown): string | undefined {
  const from = (error instanceof QueryFailedError ? error.driverError : error) as
    { code?: unknown } | undefined;
  return typeof from?.code === 'string' ? from.code : undefined;
}
