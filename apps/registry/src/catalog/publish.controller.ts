import { Controller, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { actorOf, requireReach } from '#access';
import type { AccountPrincipal } from '#access';
import { PublishRelease, readReleaseSource } from '#catalog';
import type { Published, PublishRequest } from '#catalog';
import { limits, parsePublisherName } from '#kernel';
import { BlobStore, Staging } from '#packages';
import { AwaitPublication } from './await-publication.js';
import { JobBody, jobBody } from './job.body.js';
import { arrivedArtifact, ReleaseJobs } from './release-jobs.js';
import { AtMost } from '../platform/requests/at-most.js';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  schemaPath,
} from '../platform/contract/api-decorators.js';
import { Refuses } from '../platform/contract/refuses.js';
import { mediaTypeOf, unsupportedMediaType, yamlTypes } from '../platform/requests/media-type.js';
import { admitAgain, CallerAccount, Requires } from '../platform/callers/requires.js';
import { preferredWaitMs } from '../platform/requests/preferred-wait.js';
import { releaseAddress } from '../platform/settings/store-addresses.js';
import { StoreSettings } from '../platform/settings/store-settings.js';
import { discardAll, readPublishForm } from './publish-form.js';
import type { PublishForm } from './arrived-publication.js';
import { PublishFormBody, PublishQuery } from './publish.body.js';
import { TarballDescriptors } from './tarball-descriptors.js';
import { publishRefusals } from './publish-refusals.js';
import { ReleaseBody, releaseBody } from './release.body.js';

const exampleDescriptor = `name: KubePlugin
version: 1.0.0
summary: Runs a Kubernetes cluster
backend: cloudlaunch-kube
backend_component: KubeAppPlugin
`;

@Controller('api/v1/publishers/:publisher/releases')
@ApiExtraModels(PublishFormBody)
export class PublishController {
  constructor(
    private readonly publishRelease: PublishRelease,
    private readonly releaseJobs: ReleaseJobs,
    private readonly awaitPublication: AwaitPublication,
    private readonly tarballDescriptors: TarballDescriptors,
    private readonly staging: Staging,
    private readonly blobs: BlobStore,
    private readonly settings: StoreSettings,
  ) {}

  @Post()
  @HttpCode(201)
  @Requires('publish')
  @AtMost(limits.publishesAtOnce, 'publishes')
  @ApiOperation({
    operationId: 'publishRelease',
    summary: 'Publish a release: a descriptor, and the code that it links',
    description:
      'All or nothing: after the answer the release survives a crash and is seen at every door. The same again is 200 with the same release; other bytes under its version are refused, for ever.',
  })
  @ApiConsumes('application/yaml', 'multipart/form-data')
  @ApiBody({
    content: {
      'application/yaml': { schema: { type: 'string' }, example: exampleDescriptor },
      'multipart/form-data': { schema: { $ref: schemaPath(PublishFormBody) } },
    },
  } as never)
  @ApiCreatedResponse({ type: ReleaseBody, description: 'Published. Location is its address.' })
  @ApiAcceptedResponse({
    type: JobBody,
    description:
      'Packages are being fetched from upstream, which takes longer than the caller waits: `Prefer: wait=N`, 10 seconds by default, 60 at most. Location is the address of the job, which goes on by itself.',
  })
  @ApiOkResponse({ type: ReleaseBody, description: 'The same was published before; or a dry run went well.' })
  @Refuses(...publishRefusals)
  async publish(
    @Param('publisher') publisherName: string,
    @Query() query: PublishQuery,
    @CallerAccount() caller: AccountPrincipal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReleaseBody | JobBody> {
    const publisher = parsePublisherName(publisherName);
    const waitMs = preferredWaitMs(request, reply);
    const form =
      query.from === undefined
        ? await this.readForm(request)
        : await this.tarballDescriptors.publicationFrom(query.from, publisher);
    let job: string;
    try {
      await admitAgain(request);
      const dryRun = query.dry_run === 'true';
      const publication: PublishRequest = {
        publisher,
        actor: actorOf(caller),
        requireReach: (plugin) => requireReach(caller, publisher, plugin),
        source: readReleaseSource(form.descriptor, publisher),
        artifacts: form.artifacts.map((file) => arrivedArtifact(file, this.blobs)),
        dryRun,
      };
      const published = dryRun
        ? await this.publishRelease.run(publication)
        : await this.publishRelease.run(publication, 'unless-upstream-is-needed');
      if (published) return this.answer(published, dryRun, reply);
      job = await this.releaseJobs.queue(publisher, form, caller);
    } finally {
      await discardAll(form.artifacts);
    }
    return this.answerJob(job, waitMs, reply);
  }

  /** As without a job where it ends in time; else with where to ask for it. */
  private async answerJob(id: string, waitMs: number, reply: FastifyReply): Promise<ReleaseBody | JobBody> {
    const job = await this.awaitPublication.run(id, waitMs);
    if ('published' in job) return this.answer(job.published, false, reply);
    const base = this.settings.publicUrl;
    reply.status(202).header('location', `${base}/api/v1/jobs/${id}`).header('retry-after', '1');
    return jobBody(job.unfinished, undefined, base);
  }

  private async readForm(request: FastifyRequest): Promise<PublishForm> {
    const type = mediaTypeOf(request);
    if (type === 'multipart/form-data') return readPublishForm(request, this.staging);
    if (!yamlTypes.includes(type) || !Buffer.isBuffer(request.body)) {
      throw unsupportedMediaType(['application/yaml', 'multipart/form-data']);
    }
    return { descriptor: request.body, artifacts: [] };
  }

  private answer({ outcome, release }: Published, dryRun: boolean, reply: FastifyReply): ReleaseBody {
    const base = this.settings.publicUrl;
    if (outcome === 'unchanged' || dryRun) reply.status(200);
    else reply.header('location', releaseAddress(base, release.plugin, release.version));
    return releaseBody(release, base);
  }
}
