import type { Job, JobFilter, JobState } from '#catalog';
import type { Page } from '#kernel';
import { IsIn, IsOptional } from '../platform/requests/body-rules.js';
import { ApiProperty, ApiPropertyOptional } from '../platform/contract/api-decorators.js';
import { ProblemBody } from '../platform/contract/problem.body.js';
import { PageQuery } from '../platform/requests/page.body.js';
import { problemOf } from '../platform/answers/problem-document.js';
import { JobProgressBody, refusalOf } from './job.body.js';

const states = ['queued', 'running', 'done', 'failed'] as const satisfies readonly JobState[];

export class JobListQuery extends PageQuery {
  @ApiPropertyOptional({ enum: states })
  @IsOptional()
  @IsIn(states)
  state?: JobState;

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: '`true`: only those that were given up; `false`: only the others.',
    example: 'true',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  dead?: 'true' | 'false';
}

export const jobFilterOf = ({ state, dead }: JobListQuery): JobFilter => ({
  ...(state === undefined ? {} : { state }),
  ...(dead === undefined ? {} : { isDead: dead === 'true' }),
});

/** A job as those see it who look after the store. */
export class JobEntryBody {
  @ApiProperty({ format: 'uuid', example: '7b1e9c1e-3f0c-4c52-9d5a-0f6f7a8b9c0d' })
  id!: string;

  @ApiProperty({ description: 'What it does.', example: 'publish' })
  kind!: string;

  @ApiProperty({ enum: states, example: 'failed' })
  state!: string;

  @ApiProperty({ description: 'What is being done, for people.', example: 'fetching kube-1.0.0.tgz' })
  step!: string;

  @ApiProperty({ type: JobProgressBody, nullable: true })
  progress!: JobProgressBody | null;

  @ApiProperty({ type: 'integer', description: 'How often it was begun.', example: 4 })
  attempts!: number;

  @ApiProperty({ type: 'string', nullable: true, example: 'acme' })
  publisher!: string | null;

  @ApiProperty({ type: ProblemBody, nullable: true, description: 'Once it has failed: why.' })
  problem!: ProblemBody | null;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When it was given up; null unless it was.',
  })
  dead_at!: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}

export class JobListBody {
  @ApiProperty({ type: [JobEntryBody] })
  items!: JobEntryBody[];

  @ApiProperty({ type: 'string', nullable: true, description: 'The cursor of the next page.' })
  next!: string | null;
}

const timeOf = (at: number): string => new Date(at).toISOString();

export const jobEntryBody = (job: Job): JobEntryBody => ({
  id: job.id,
  kind: job.kind,
  state: job.state,
  step: job.step,
  progress: job.progress,
  attempts: job.attempts,
  publisher: job.publisher,
  problem: job.problem && problemOf(refusalOf(job), job.id),
  dead_at: job.deadAt === null ? null : timeOf(job.deadAt),
  created_at: timeOf(job.createdAt),
  updated_at: timeOf(job.updatedAt),
});

export const jobListBody = ({ items, next }: Page<Job>): JobListBody => ({
  items: items.map(jobEntryBody),
  next,
});
