import { randomUUID } from 'node:crypto';
import type { AccountPrincipal, Principals } from '#access';
import { notAMember } from '#access';
import { readReleaseSource } from '#catalog';
import type { ArrivedArtifact, Job, JobStore, PublishRelease } from '#catalog';
import { limits } from '#kernel';
import type { Clock } from '#kernel';
import { inspectArtifact } from '#packages';
import type { BlobStore, StagedFile, Staging } from '#packages';
import type { ArrivedFile, PublishForm } from './arrived-publication.js';
import type { JobHandler, ReportStep } from './run-jobs.job.js';

/** A publication as a job keeps it; the bytes of its artifacts lie in the blob store. */
interface KeptPublication {
  /** The descriptor's bytes, in base64. */
  readonly descriptor: string;
  readonly artifacts: readonly { readonly filename: string; readonly sha256: string }[];
  readonly username: string;
  /** By which it was asked for; absent from what an earlier version of the store kept. */
  readonly credentialId?: string;
}

/** What a publication came to. */
export interface PublishedByJob {
  readonly outcome: 'published' | 'unchanged';
  readonly plugin: string;
  readonly version: string;
}

/** Publishes releases whose packages have to be fetched first, as jobs. */
export class ReleaseJobs implements JobHandler {
  readonly kind = 'publish';

  constructor(
    private readonly publishRelease: PublishRelease,
    private readonly jobs: JobStore,
    private readonly principals: Principals,
    private readonly staging: Staging,
    private readonly blobs: BlobStore,
    private readonly clock: Clock,
  ) {}

  /** The id of the job: durable, with all that came, when it returns. Throws `too-many-jobs`. */
  async queue(publisher: string, form: PublishForm, caller: AccountPrincipal): Promise<string> {
    for (const { staged } of form.artifacts) await this.blobs.keep(staged);
    const id = randomUUID();
    const payload: KeptPublication = {
      descriptor: form.descriptor.toString('base64'),
      artifacts: form.artifacts.map(({ filename, staged }) => ({ filename, sha256: staged.sha256 })),
      username: caller.username,
      credentialId: caller.credentialId,
    };
    const at = this.clock.now();
    const blobs = payload.artifacts.map(({ sha256 }) => sha256);
    const job = { id, kind: this.kind, payload, accountId: caller.accountId, publisher, at, blobs };
    await this.jobs.add(job, limits.jobsOpen);
    return id;
  }

  async perform(job: Job, report: ReportStep): Promise<PublishedByJob> {
    const { descriptor, artifacts, username, credentialId } = job.payload as KeptPublication;
    const publisher = job.publisher ?? '';
    const confirm = async () => {
      if (credentialId !== undefined) await this.principals.requireUnrevoked(credentialId);
      await this.requireMember(publisher, job.accountId ?? '');
    };
    await confirm();
    report('looking for packages upstream', null);
    const staged: StagedFile[] = [];
    try {
      const { outcome, release } = await this.publishRelease.run({
        publisher,
        actor: { kind: 'account', id: job.accountId, name: username },
        // What the credential reaches was looked at when the job was made.
        requireReach: () => undefined,
        source: readReleaseSource(Buffer.from(descriptor, 'base64'), publisher),
        artifacts: artifacts.map((artifact) => this.kept(artifact, staged)),
        dryRun: false,
        onProgress: (filename, progress) => report(`fetching ${filename}`, progress),
        confirm,
      });
      return { outcome, plugin: release.plugin, version: release.version };
    } finally {
      await Promise.all(staged.map((file) => file.discard()));
    }
  }

  /** Somebody may have left the publisher since. */
  private async requireMember(publisher: string, accountId: string): Promise<void> {
    const role = await this.principals.memberRole(publisher, accountId);
    if (role === undefined) throw notAMember(publisher, 'maintainer');
  }

  private kept(
    { filename, sha256 }: KeptPublication['artifacts'][number],
    staged: StagedFile[],
  ): ArrivedArtifact {
    return {
      filename,
      sha256,
      inspect: async () => {
        const file = await this.staging.stage(await this.blobs.open(sha256), {
          maxBytes: limits.artifactBytes,
        });
        staged.push(file);
        return inspectArtifact(file, filename);
      },
      // It was before the job was made.
      keep: () => Promise.resolve(),
    };
  }
}

/** A file of a form, on its way into a release. */
export function arrivedArtifact({ filename, staged }: ArrivedFile, blobs: BlobStore): ArrivedArtifact {
  return {
    filename,
    sha256: staged.sha256,
    inspect: () => inspectArtifact(staged, filename),
    keep: () => blobs.keep(staged),
  };
}
