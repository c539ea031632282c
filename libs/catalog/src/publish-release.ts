import { randomUUID } from 'node:crypto';
import { limits, normalizeName, pluginId, RegistryError } from '#kernel';
import type { Actor, Clock, PluginId, Version } from '#kernel';
import type { Descriptor, Problem } from '#descriptor';
import { assignLabels } from './assign-labels.js';
import { artifactsRefused, versionTaken } from './errors.js';
import { findIcon } from './find-icon.js';
import { isSameRelease } from './is-same-release.js';
import { matchArtifacts, withUploadedBackend } from './match-artifacts.js';
import type { PackageShelf } from './package-shelf.js';
import type { PackageSource, PullProgress } from './package-source.js';
import type { PublishPolicy } from './publish-policy.js';
import type { ReleaseSource } from './release-source.js';
import type { Publication, ReleaseStore, Upload } from './release-store.js';
import type { Release, ReleaseArtifact } from './release.js';
import { resolvePackages } from './resolve-packages.js';
import type { Fetching, ResolvedPackage, ResolveOptions } from './resolution.js';
import { resolveLock } from './resolve-lock.js';
import type { ArrivedArtifact, UploadedArtifact } from './uploaded-artifact.js';
import type { Visibility } from './visibility.js';

export interface PublishRequest {
  /** The publisher's id. */
  readonly publisher: string;
  readonly actor: Actor;
  /** Throws when the caller's credential isn't good for the plugin of that name. */
  readonly requireReach: (plugin: string) => void;
  readonly source: ReleaseSource;
  readonly artifacts: readonly ArrivedArtifact[];
  /** Whether to go through all of it but the writing, and the fetching. */
  readonly dryRun: boolean;
  /** Whether new names of packages are taken without asking upstream, as for what comes with the store itself. */
  readonly namesAreOurs?: boolean;
  /** Told what is fetched from upstream. */
  readonly onProgress?: PullProgress;
  /** Asked right before the rows are written, when that may be long after the request; throws when they must not be. */
  readonly confirm?: () => Promise<void>;
}

export interface Published {
  /** Unchanged: it had been published before, with the same bytes. */
  readonly outcome: 'published' | 'unchanged';
  readonly release: Release;
}

interface Draft {
  readonly publication: Publication;
  /** What has to be kept before the rows are written. */
  readonly bytes: readonly ArrivedArtifact[];
}

/**
 * Publishes one release: all of it or nothing, bytes before rows. When it returns, the release survives a crash and is
 * seen at every door. The same release again changes nothing; another one under its version is `version-taken`.
 */
export class PublishRelease {
  constructor(
    private readonly releases: ReleaseStore,
    private readonly shelf: PackageShelf,
    private readonly source: PackageSource,
    private readonly visibility: Visibility,
    private readonly clock: Clock,
    private readonly policy: PublishPolicy,
  ) {}

  /** Fetches from upstream what the release names and the store lacks: that may take minutes. */
  run(request: PublishRequest): Promise<Published>;
  /** Undefined, and nothing written, where upstream would have to be asked. */
  run(request: PublishRequest, when: 'unless-upstream-is-needed'): Promise<Published | undefined>;
  run(request: PublishRequest, when?: 'unless-upstream-is-needed'): Promise<Published | undefined> {
    return this.start(request, when ? 'not-yet' : request.dryRun ? 'look' : 'pull');
  }

  private async start(request: PublishRequest, fetching: Fetching): Promise<Published | undefined> {
    const { descriptor } = request.source;
    const name = normalizeName(descriptor.name);
    request.requireReach(name);
    const plugin = pluginId(request.publisher, name);
    if (descriptor.version !== null) return this.publish(request, plugin, descriptor.version, fetching);
    return this.publishLabelled(request, plugin, fetching);
  }

  /** A label that isn't SemVer has the version that it always had, else the next one that is free. */
  private async publishLabelled(
    request: PublishRequest,
    plugin: PluginId,
    fetching: Fetching,
  ): Promise<Published | undefined> {
    for (let attempt = 1; ; attempt++) {
      const [versioned] = assignLabels(await this.releases.versions(plugin), [request.source.descriptor]);
      const version = versioned?.version ?? '';
      try {
        return await this.publish(request, plugin, version, fetching);
      } catch (error) {
        // Another label may have taken that version meanwhile: then there is a next one.
        const winner = isVersionTaken(error) ? await this.releases.find(plugin, version) : undefined;
        if (!winner || winner.versionLabel === request.source.descriptor.version_label) throw error;
        if (attempt === limits.labelAttempts) throw error;
      }
    }
  }

  private async publish(
    request: PublishRequest,
    plugin: PluginId,
    version: Version,
    fetching: Fetching,
  ): Promise<Published | undefined> {
    const earlier = await this.findEarlier(request, plugin, version);
    if (earlier) {
      // Whoever sends the bytes again may be mending a store that has lost them.
      if (!request.dryRun) await Promise.all(request.artifacts.map((artifact) => artifact.keep()));
      return this.seen('unchanged', earlier);
    }
    try {
      const draft = await this.draft(request, plugin, version, fetching);
      if (!draft) return undefined;
      const { publication, bytes } = draft;
      if (request.dryRun) return { outcome: 'published', release: publication.release };
      await Promise.all(bytes.map((artifact) => artifact.keep()));
      await request.confirm?.();
      await this.releases.add(publication);
      return await this.seen('published', publication.release);
    } catch (error) {
      // Somebody else may have been faster; if with the same bytes, then that is what was asked for.
      const isConflict = error instanceof RegistryError && error.kind === 'conflict';
      const winner = isConflict ? await this.findEarlier(request, plugin, version) : undefined;
      if (!winner) throw error;
      return this.seen('unchanged', winner);
    }
  }

  private async seen(outcome: Published['outcome'], release: Release): Promise<Published> {
    await this.visibility.reached(release.plugin);
    return { outcome, release };
  }

  /** The release itself where it was published before. Throws `version-taken` when that one had other bytes. */
  private async findEarlier(
    request: PublishRequest,
    plugin: PluginId,
    version: Version,
  ): Promise<Release | undefined> {
    const existing = await this.releases.find(plugin, version);
    if (!existing) return undefined;
    if (!isSameRelease(existing, request)) throw versionTaken(plugin, version);
    return existing;
  }

  private async draft(
    request: PublishRequest,
    plugin: PluginId,
    version: Version,
    fetching: Fetching,
  ): Promise<Draft | undefined> {
    const arrived = withoutRepetitions(request.artifacts);
    const artifacts = await inspectAll(arrived);
    const descriptor = withUploadedBackend(request.source.descriptor, artifacts);
    const match = matchArtifacts(descriptor, artifacts);
    if (match.problems.length > 0) throw artifactsRefused(match.problems);
    const resolving = {
      publisher: request.publisher,
      shelf: this.shelf,
      source: this.source,
      fetching,
      namesAreOurs: request.namesAreOurs ?? false,
      onProgress: request.onProgress ?? (() => undefined),
    };
    const packages = await resolvePackages(match.references, resolving);
    if (!packages) return undefined;
    await findIcon(descriptor, match.own, packages, this.shelf);
    const own = await resolveOwn(match.own, packages, resolving);
    if (!own) return undefined;
    const uploads = [...uploadsOf(packages), ...own.uploads];
    const held = [
      ...packages.flatMap(({ pin, held: kept }) => kept.map((artifact) => ({ artifact, pin }))),
      ...own.held,
    ];
    const files = [...uploads, ...held];
    const release = await this.release(request, { plugin, version, descriptor, packages, files });
    const digests = new Set(uploads.map(({ artifact }) => artifact.sha256));
    const act = actOf(request.actor, release);
    return {
      publication: { release, descriptorBytes: request.source.bytes, uploads, held, act },
      bytes: arrived.filter(({ sha256 }) => digests.has(sha256)),
    };
  }

  private async release(
    { publisher, actor, source }: PublishRequest,
    { plugin, version, descriptor, packages, files }: ReleaseParts,
  ): Promise<Release> {
    return {
      id: randomUUID(),
      plugin,
      version,
      versionLabel: descriptor.version_label,
      descriptor,
      descriptorSha256: source.sha256,
      descriptorSize: source.bytes.length,
      publishedAt: this.clock.now(),
      publishedBy: actor.name,
      pins: packages.map(({ pin }) => pin),
      artifacts: files.map(({ artifact }) => toReleaseArtifact(artifact)).sort(byFilename),
      problems: [...source.problems, ...packages.flatMap(leftUpstream)],
      standing: {
        yanked: null,
        quarantined: null,
        deprecated:
          descriptor.deprecated === null ? null : { message: descriptor.deprecated, replacedBy: null },
        review: this.policy.reviewRequired ? 'pending' : 'approved',
        reviewReason: null,
        trustOverride: null,
      },
      trust: await this.releases.publisherTrust(publisher),
    };
  }
}

interface ReleaseParts {
  readonly plugin: PluginId;
  readonly version: Version;
  readonly descriptor: Descriptor;
  readonly packages: readonly ResolvedPackage[];
  readonly files: readonly Upload[];
}

const toReleaseArtifact = ({ kind, filename, size, sha256 }: ReleaseArtifact): ReleaseArtifact => ({
  kind,
  filename,
  size,
  sha256,
});

const byFilename = (a: ReleaseArtifact, b: ReleaseArtifact): number =>
  `${a.filename} ${a.sha256}` < `${b.filename} ${b.sha256}` ? -1 : 1;

const isVersionTaken = (error: unknown): boolean =>
  error instanceof RegistryError && error.code === 'version-taken';

/** The same bytes under the same name are one artifact, however often they were sent. */
function withoutRepetitions(artifacts: readonly ArrivedArtifact[]): ArrivedArtifact[] {
  return [
    ...new Map(artifacts.map((artifact) => [`${artifact.sha256} ${artifact.filename}`, artifact])).values(),
  ];
}

async function inspectAll(artifacts: readonly ArrivedArtifact[]): Promise<UploadedArtifact[]> {
  const found: UploadedArtifact[] = [];
  // One after the other: many releases are published at once, and unpacking takes memory.
  for (const artifact of artifacts) found.push(await artifact.inspect());
  return found;
}

/** Nothing is left out in silence. */
function leftUpstream({ pin, leftOut }: ResolvedPackage): Problem[] {
  if (leftOut.length === 0) return [];
  const message = `${leftOut.length} wheels of ${pin.package} ${pin.version} are no part of the release, since all of them together are too many or too large: a host that needs one of them can't install it.`;
  return [{ code: 'wheels-left-out', pointer: '', line: 1, column: 1, message, severity: 'warning' }];
}

/** Icon and lock, and what the lock names; undefined where upstream is needed and may not be asked yet. */
async function resolveOwn(
  artifacts: readonly UploadedArtifact[],
  packages: readonly ResolvedPackage[],
  options: ResolveOptions,
): Promise<{ uploads: Upload[]; held: readonly Upload[] } | undefined> {
  const uploads: Upload[] = [];
  let held: readonly Upload[] = [];
  for (const artifact of artifacts) {
    if (artifact.kind !== 'lock') {
      uploads.push({ artifact, pin: null });
      continue;
    }
    const lock = await resolveLock(artifact, packages, options);
    if (!lock) return undefined;
    uploads.push({ artifact: lock.artifact, pin: null });
    held = lock.held;
  }
  return { uploads, held };
}

function uploadsOf(packages: readonly ResolvedPackage[]): Upload[] {
  return packages.flatMap(({ pin, uploads }) => uploads.map((artifact) => ({ artifact, pin })));
}

const actOf = (actor: Actor, release: Release): Publication['act'] => ({
  actor,
  action: 'publish-release',
  target: `plugin:${release.plugin}@${release.version}`,
  reason: null,
  details: { descriptor_sha256: release.descriptorSha256, artifacts: release.artifacts.length },
  at: release.publishedAt,
});
