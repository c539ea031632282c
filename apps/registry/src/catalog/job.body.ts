import type { Job, Release } from '#catalog';
import { RegistryError } from '#kernel';
import { ApiProperty } from '../platform/contract/api-decorators.js';
import { ProblemBody } from '../platform/contract/problem.body.js';
import { problemOf } from '../platform/answers/problem-document.js';
import { ReleaseBody, releaseBody } from './release.body.js';

export class JobProgressBody {
  @ApiProperty({ type: 'integer', example: 3 })
  done!: number;

  @ApiProperty({ type: 'integer', example: 7 })
  of!: number;
}

/** Work that goes on after the answer. */
export class JobBody {
  @ApiProperty({ format: 'uuid', example: '7b1e9c1e-3f0c-4c52-9d5a-0f6f7a8b9c0d' })
  id!: string;

  @ApiProperty({ enum: ['queued', 'running', 'done', 'failed'], example: 'running' })
  state!: string;

  @ApiProperty({ description: 'What is being done, for people.', example: 'fetching kube-1.0.0.tgz' })
  step!: string;

  @ApiProperty({ type: JobProgressBody, nullable: true })
  progress!: JobProgressBody | null;

  @ApiProperty({ type: ReleaseBody, nullable: true, description: 'Once it is done.' })
  release!: ReleaseBody | null;

  @ApiProperty({ type: ProblemBody, nullable: true, description: 'Once it has failed: why.' })
  problem!: ProblemBody | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}

/** `release`: what it came to, once it is done; `base` is the store's public address. */
export function jobBody(job: Job, release: Release | undefined, base: string): JobBody {
  return {
    id: job.id,
    state: job.state,
    step: job.step,
    progress: job.progress,
    release: release ? releaseBody(release, base) : null,
    problem: job.problem && problemOf(refusalOf(job), job.id),
    created_at: new Date(job.createdAt).toISOString(),
    updated_at: new Date(job.updatedAt).toISOString(),
  };
}

/** What the request is answered with that waited for a job which failed. */
export function refusalOf({ problem, id }: Job): Error {
  if (!problem?.kind) return new Error(`The job ${id} failed.`);
  const { kind, code, message, details, retryAfterSeconds } = problem;
  return new RegistryError(kind, code, message, {
    details,
    ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
  });
}
