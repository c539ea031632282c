import type { Actor, Clock } from '#kernel';
import { RegistryError } from '#kernel';
import type { Artifact, NpmArtifact, PythonArtifact } from './artifact.js';
import type { BlobStore } from './blob-store.js';
import { artifactRefused, notAMaintainer, packageNotNamed, publisherNeeded } from './errors.js';
import type { FreeNames } from './free-names.js';
import { inspectArtifact } from './inspect/inspect-artifact.js';
import { npmScopeOf } from './npm/npm-name.js';
import type { PackageIndex } from './package-index.js';
import type { PackageSide } from './package-side.js';
import type { PackageStore } from './package-store.js';
import { comparePythonVersions } from './python/python-version.js';
import type { StagedFile } from './staging.js';

/** Who uploads, as far as it matters for whose the package becomes. */
export interface Uploader {
  readonly accountId: string;
  readonly actor: Actor;
  /** The one publisher that the credential is limited to. */
  readonly publisher: string | null;
  /** Every publisher that the account is a member of. */
  readonly memberOf: readonly string[];
  /** Throws when the credential isn't good for the package of that name. */
  readonly requireReach: (side: PackageSide, name: string) => void;
}

export interface UploadRequest {
  readonly side: PackageSide;
  readonly file: StagedFile;
  readonly filename: string;
  /** What the client says that it is, normalised; refused when the bytes disagree. */
  readonly name: string;
  readonly version: string;
  /** npm's dist-tags. */
  readonly tags: readonly string[];
  /** Throws where the file isn't what its client said beside name and version. */
  readonly confirm?: (artifact: Artifact) => void;
  readonly uploader: Uploader;
}

export interface Uploaded {
  /** Unchanged: the same bytes were there before. */
  readonly outcome: 'added' | 'unchanged';
  readonly artifact: NpmArtifact | PythonArtifact;
  readonly publisher: string;
}

/**
 * Takes one file of a package by itself, as `npm publish` and twine send them. Bytes first, then one transaction: when it
 * returns, the file survives a crash and the index has it.
 */
export class UploadPackage {
  constructor(
    private readonly index: PackageIndex,
    private readonly packages: PackageStore,
    private readonly names: FreeNames,
    private readonly blobs: BlobStore,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws what inspection refuses, `package-not-named` when name or version are other than the client says,
   * `publisher-needed`, `not-a-maintainer`, what FreeNames.require throws, and what PackageStore.add throws.
   */
  async run(request: UploadRequest): Promise<Uploaded> {
    const { side, name, uploader } = request;
    uploader.requireReach(side, name);
    const publisher = await this.publisherOf(request);
    const artifact = await this.inspect(request);
    await this.blobs.keep(request.file);
    const at = this.clock.now();
    const isNew = await this.packages.add({
      side,
      artifact,
      publisher,
      by: uploader.actor.name,
      at,
      tags: request.tags,
      act: {
        actor: uploader.actor,
        action: 'upload-package',
        target: `package:${side}:${name}@${artifact.version}`,
        reason: null,
        details: { filename: artifact.filename, sha256: artifact.sha256, publisher },
        at,
      },
    });
    return { outcome: isNew ? 'added' : 'unchanged', artifact, publisher };
  }

  /** What the file is by its own bytes. */
  private async inspect({ side, file, filename, name, version, confirm }: UploadRequest) {
    const artifact = await inspectArtifact(file, filename);
    if (
      artifact.kind === 'icon' ||
      artifact.kind === 'lock' ||
      (artifact.kind === 'tarball') !== (side === 'npm')
    ) {
      const wanted =
        side === 'npm' ? 'an npm tarball (*.tgz)' : 'a wheel (*.whl) or a source distribution (*.tar.gz)';
      throw artifactRefused('artifact-kind-unknown', { filename }, `what is uploaded here is ${wanted}.`);
    }
    if (artifact.package !== name || !isSameVersion(side, artifact.version, version))
      throw packageNotNamed(filename, `${artifact.package} ${artifact.version}`, `${name} ${version}`);
    confirm?.(artifact);
    return artifact;
  }

  /** Whose the package is; for a new name, whose it becomes. */
  private async publisherOf(request: UploadRequest): Promise<string> {
    const { side, name } = request;
    const owner = await this.index.owner(side, name);
    if (typeof owner === 'string') {
      await this.requireMaintainer(owner, request);
      return owner;
    }
    const publisher = publisherForNew(request);
    await this.names.require(side, name, publisher);
    return publisher;
  }

  private async requireMaintainer(owner: string, { side, name, uploader }: UploadRequest): Promise<void> {
    if (uploader.publisher !== null && uploader.publisher !== owner) throw notAMaintainer(name, owner);
    if (uploader.memberOf.includes(owner)) return;
    if (await this.packages.isMaintainer(side, name, uploader.accountId)) return;
    throw notAMaintainer(name, owner);
  }
}

/** Python knows several spellings of a version: 1.0 is 1.0.0. */
const isSameVersion = (side: PackageSide, one: string, other: string): boolean =>
  side === 'python' ? comparePythonVersions(one, other) === 0 : one === other;

/** The token's publisher, else the one named like the scope, else the account's only one. */
function publisherForNew(request: UploadRequest): string {
  const { publisher, memberOf } = request.uploader;
  if (publisher !== null) {
    if (memberOf.includes(publisher)) return publisher;
    throw notAMaintainer(request.name, publisher);
  }
  const named = npmScopeOf(request.side, request.name)?.slice(1);
  if (named !== undefined && memberOf.includes(named)) return named;
  const [only, ...others] = memberOf;
  if (only === undefined || others.length > 0) throw publisherNeeded(request.name, memberOf);
  return only;
}

/** Whether a refusal says that the file's name or version has other bytes already. */
export const isFileTaken = (error: unknown): boolean =>
  error instanceof RegistryError && error.code === 'file-taken';
