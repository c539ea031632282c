import { setTimeout as pause } from 'node:timers/promises';
import { clientLimits } from './client-limits.js';
import { multipartBody } from './multipart-body.js';
import type { FormPart } from './multipart-body.js';
import type { StoreClient } from './store-client.js';
import type { JobBody, ReleaseBody } from './store-operations-data.js';
import { StoreProblem } from './store-problem.js';

export interface Publication {
  readonly publisher: string;
  /** The descriptor is the part named `descriptor`, every artifact one named `artifact`. */
  readonly parts: readonly FormPart[];
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  /** How many bytes of all parts have been sent. */
  readonly sent?: (bytes: number) => void;
  /** How far the job is, where it became one: packages are being fetched from upstream. */
  readonly followed?: (job: JobBody) => void;
}

export interface PublishedRelease {
  /** `unchanged`: the same was there before. */
  readonly outcome: 'published' | 'unchanged' | 'checked';
  readonly release: ReleaseBody;
}

/**
 * Publishes, and follows the job that it may become to its end. Sent again after no answer, since the same again
 * changes nothing. Throws StoreProblem with all problems, at once or as the job ends.
 */
export async function publishRelease(
  store: StoreClient,
  publication: Publication,
): Promise<PublishedRelease> {
  const { publisher, parts, dryRun = false, signal, sent } = publication;
  const { status, body } = await store.ask(
    'publishRelease',
    { publisher, ...(dryRun && { dry_run: 'true' as const }), body: multipartBody(parts, sent) },
    { isRepeatable: true, waitSeconds: clientLimits.jobWaitSeconds, ...(signal && { signal }) },
  );
  if (status === 202)
    return { outcome: 'published', release: await follow(store, body as JobBody, publication) };
  const outcome = dryRun ? 'checked' : status === 201 ? 'published' : 'unchanged';
  return { outcome, release: body as ReleaseBody };
}

async function follow(
  store: StoreClient,
  first: JobBody,
  { signal, followed }: Publication,
): Promise<ReleaseBody> {
  const options = signal === undefined ? {} : { signal };
  let job = first;
  for (const end = Date.now() + clientLimits.jobMs; Date.now() < end;) {
    followed?.(job);
    if (job.state === 'done' && job.release !== null) return job.release;
    if (job.state === 'failed') throw refusalIn(job);
    await pause(clientLimits.jobPauseMs, undefined, options);
    job = await store.call('getJob', { id: job.id }, options);
  }
  throw new StoreProblem({
    status: 202,
    code: 'job-unfinished',
    detail: `The job ${first.id} is not done after ${String(clientLimits.jobMs / 60_000)} minutes; it goes on by itself.`,
  });
}

function refusalIn({ problem }: JobBody): StoreProblem {
  if (problem === null)
    return new StoreProblem({ status: 500, code: 'job-failed', detail: 'The job failed.' });
  const { problems } = problem as { readonly problems?: StoreProblem['problems'] };
  return new StoreProblem({
    status: problem.status,
    code: problem.code,
    detail: problem.detail,
    requestId: problem.request_id,
    ...(problems && { problems }),
    document: { ...problem },
  });
}
