import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { actorOf } from '#access';
import type { AccountPrincipal } from '#access';
import { DecideDeadJob, jobNotFound, JobStore } from '#catalog';
import {
  ApiAcceptedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
} from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { pageOf } from '../platform/requests/page.body.js';
import { CallerAccount, Requires } from '../platform/callers/requires.js';
import {
  JobEntryBody,
  jobEntryBody,
  jobFilterOf,
  JobListBody,
  jobListBody,
  JobListQuery,
} from './job-entry.body.js';

/** For those who look after the store: what it has to do, and what it could not do. */
@Controller('api/v1/jobs')
export class JobUpkeepController {
  constructor(
    private readonly jobs: JobStore,
    private readonly decideDeadJob: DecideDeadJob,
  ) {}

  @Get()
  @Requires('administer')
  @ApiOperation({
    operationId: 'listJobs',
    summary: 'What the store has to do, and what it gave up',
    description:
      'Newest first. A job is given up (`dead=true`) when what it needs was away at every attempt, or when something broke on our side; one that was refused (a package that nobody has, for one) is failed, and not given up.',
  })
  @ApiOkResponse({ type: JobListBody })
  async list(@Query() query: JobListQuery): Promise<JobListBody> {
    return jobListBody(await this.jobs.list(jobFilterOf(query), pageOf(query)));
  }

  @Post(':id/attempts')
  @HttpCode(202)
  @Requires('administer')
  @ApiOperation({
    operationId: 'requeueJob',
    summary: 'Begin a job again that was given up',
    description: 'With all that was sent with it, from its first attempt.',
  })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiAcceptedResponse({ type: JobEntryBody })
  @Refuses({ kind: 'not-found', code: 'job-not-found', when: 'There is no such job.' })
  @Refuses({ kind: 'conflict', code: 'job-not-dead', when: 'It was not given up.' })
  async requeue(@Param('id') id: string, @CallerAccount() caller: AccountPrincipal): Promise<JobEntryBody> {
    await this.decideDeadJob.run(id, 'requeue', actorOf(caller));
    const job = await this.jobs.find(id);
    if (!job) throw jobNotFound();
    return jobEntryBody(job);
  }

  @Delete(':id')
  @HttpCode(204)
  @Requires('administer')
  @ApiOperation({
    operationId: 'dismissJob',
    summary: 'Take a job off the list of those that were given up',
    description: 'It stays failed, what was sent with it goes, and it can’t be begun again.',
  })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiNoContentResponse({ description: 'It is off the list.' })
  @Refuses({ kind: 'not-found', code: 'job-not-found', when: 'There is no such job.' })
  @Refuses({ kind: 'conflict', code: 'job-not-dead', when: 'It was not given up.' })
  async dismiss(@Param('id') id: string, @CallerAccount() caller: AccountPrincipal): Promise<void> {
    await this.decideDeadJob.run(id, 'dismiss', actorOf(caller));
  }
}
