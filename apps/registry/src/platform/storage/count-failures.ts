import type { S3Report } from '#blobs-s3';
import type { DatabaseReport } from '#database';
import { limits } from '#kernel';
import type { Log } from '../server/log.js';
import type { Metrics } from '../server/metrics.js';

export function countDatabaseFailures(log: Log, metrics: Metrics): DatabaseReport {
  const count = countFailures(log, metrics, {
    metric: 'mortise_database_failures',
    help: 'Times, since the start, that the database could not be asked, did not answer in time, was full, or let the store not in.',
    said: 'the database did not do what it was asked for',
  });
  return (error) => {
    const { message, cause } = error as Error;
    count(cause instanceof Error ? cause.message : message, { error });
  };
}

export function countS3Failures(log: Log, metrics: Metrics): S3Report {
  const count = countFailures(log, metrics, {
    metric: 'mortise_blob_store_failures',
    help: 'Requests to the S3-compatible service, since the start, that failed after all attempts.',
    said: 'S3 did not do what it was asked for',
  });
  return (failure) => count(`${failure.asked} ${failure.code}`, failure);
}

/**
 * What goes wrong between the store and a service of it, to the metrics and to the log: callers only hear that it does. What
 * goes wrong many times a second for one reason is written now and then.
 */
function countFailures(
  log: Log,
  metrics: Metrics,
  { metric, help, said }: { readonly metric: string; readonly help: string; readonly said: string },
): (reason: string, line: Readonly<Record<string, unknown>>) => void {
  let failures = 0;
  let saidAt = new Map<string, number>();
  metrics.gauge(metric, help, () => failures);
  return (reason, line) => {
    failures += 1;
    const at = performance.now();
    if (at - (saidAt.get(reason) ?? Number.NEGATIVE_INFINITY) < limits.failureSaidEveryMs) return;
    if (saidAt.size >= limits.failureReasonsKept) saidAt = new Map();
    saidAt.set(reason, at);
    log.warn(line, said);
  };
}
