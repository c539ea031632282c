import { Controller, Get, Param } from '@nestjs/common';
import { Principals } from '#access';
import type { AccountPrincipal } from '#access';
import { jobNotFound, JobStore, ReleaseStore } from '#catalog';
import type { Job, Release } from '#catalog';
import type { PluginId } from '#kernel';
import { ApiOkResponse, ApiOperation, ApiParam } from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { CallerAccount, Requires } from '../platform/callers/requires.js';
import { StoreSettings } from '../platform/settings/store-settings.js';
import { JobBody, jobBody } from './job.body.js';
import type { PublishedByJob } from './release-jobs.js';

@Controller('api/v1/jobs')
export class JobsController {
  constructor(
    private readonly jobs: JobStore,
    private readonly releases: ReleaseStore,
    private readonly principals: Principals,
    private readonly settings: StoreSettings,
  ) {}

  @Get(':id')
  @Requires('own-account')
  @ApiOperation({
    operationId: 'getJob',
    summary: 'How far a job is',
    description:
      'For who asked for it, and for members of its publisher. It is kept for seven days after its end.',
  })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiOkResponse({ type: JobBody })
  @Refuses({ kind: 'not-found', code: 'job-not-found', when: 'There is no such job for the caller.' })
  async get(@Param('id') id: string, @CallerAccount() caller: AccountPrincipal): Promise<JobBody> {
    const job = await this.jobs.find(id);
    if (!job || !(await this.maySee(job, caller))) throw jobNotFound();
    return jobBody(job, await this.releaseOf(job), this.settings.publicUrl);
  }

  /** A token that is limited to another publisher sees nothing of this one. */
  private async maySee({ accountId, publisher }: Job, caller: AccountPrincipal): Promise<boolean> {
    if (caller.publisher !== null && caller.publisher !== publisher) return false;
    if (accountId === caller.accountId) return true;
    if (publisher === null) return false;
    return (await this.principals.memberRole(publisher, caller.accountId)) !== undefined;
  }

  private async releaseOf({ state, result }: Job): Promise<Release | undefined> {
    if (state !== 'done') return undefined;
    const { plugin, version } = result as PublishedByJob;
    return this.releases.find(plugin as PluginId, version);
  }
}
