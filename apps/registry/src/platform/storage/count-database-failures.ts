import type { DatabaseReport } from '#database';
import { limits } from '#kernel';
import type { Log } from '../server/log.js';
import type { Metrics } from '../server/metrics.js';

/**
 * What goes wrong between the store and a database that is a server, to the log and the metrics: callers only hear that it
 * does. While it goes wrong in the same way it is asked many times a second, and a line is written now and then.
 */
export function countDatabaseFailures(log: Log, metrics: Metrics): DatabaseReport {
  let failures = 0;
  let said = { reason: '', at: Number.NEGATIVE_INFINITY };
  metrics.gauge(
    'mortise_database_failures',
    'Times, since the start, that the database could not be asked, did not answer in time, or let the store not in.',
    () => failures,
  );
  return (error) => {
    failures += 1;
    const reason = reasonOf(error);
    const at = performance.now();
    if (reason === said.reason && at - said.at < limits.databaseFailureSaidEveryMs) return;
    said = { reason, at };
    log.warn({ error }, 'the database did not do what it was asked for');
  };
}

const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
};
