import type { Leadership } from '#kernel';
import { Lead } from '../platform/lead.job.js';
import type { Log } from '../platform/server/log.js';
import type { RunJobs } from './run-jobs.job.js';

/** Has one of all workers remove the jobs that ended long ago. */
export class RemovalOfJobs extends Lead {
  constructor(leadership: Leadership, jobs: RunJobs, log: Log) {
    super(leadership, 'remove-ended-jobs', (term) => jobs.removeEnded(term), log);
  }
}
