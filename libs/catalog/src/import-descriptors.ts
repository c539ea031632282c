import { normalizeName, pluginId, RegistryError } from '#kernel';
import type { Actor } from '#kernel';
import type { Problem, Severity } from '#descriptor';
import { assignLabels } from './assign-labels.js';
import { publishAlone } from './errors.js';
import type { MoveChannel } from './move-channel.js';
import type { PublishRelease } from './publish-release.js';
import { readReleaseSources } from './read-release-source.js';
import type { ReleaseSource } from './release-source.js';
import type { ReleaseStore } from './release-store.js';
import type { Release } from './release.js';

export interface ImportRequest {
  /** The publisher's id. */
  readonly publisher: string;
  readonly actor: Actor;
  /** Throws when the caller's credential isn't good for the plugin of that name. */
  readonly requireReach: (plugin: string) => void;
  readonly entries: readonly ImportEntry[];
}

export interface ImportEntry {
  /** The name or path of the file. */
  readonly name: string;
  /** Or why there is nothing to read. */
  readonly content: Uint8Array | RegistryError;
}

/** What became of one release that an entry describes, or of an entry that describes none. */
export interface ImportOutcome {
  readonly entry: string;
  readonly outcome: 'published' | 'unchanged' | 'refused';
  readonly release: Release | null;
  readonly problems: readonly Problem[];
}

/**
 * Publishes every release that the entries describe, each by itself: one that is refused stops no other. Importing the
 * same again changes nothing.
 */
export class ImportDescriptors {
  constructor(
    private readonly releases: ReleaseStore,
    private readonly publishRelease: PublishRelease,
    private readonly moveChannel: MoveChannel,
  ) {}

  async run(request: ImportRequest): Promise<readonly ImportOutcome[]> {
    const outcomes: ImportOutcome[] = [];
    // In turn: entries may speak of one plugin, and labels get their numbers in order.
    for (const entry of request.entries) outcomes.push(...(await this.importEntry(request, entry)));
    return outcomes;
  }

  private async importEntry(request: ImportRequest, entry: ImportEntry): Promise<ImportOutcome[]> {
    try {
      if (entry.content instanceof RegistryError) throw entry.content;
      const sources = await this.versioned(request, readReleaseSources(entry.content, request.publisher));
      const outcomes: ImportOutcome[] = [];
      for (const source of sources) outcomes.push(await this.publish(request, entry.name, source));
      return outcomes;
    } catch (error) {
      return [refusal(entry.name, error)];
    }
  }

  /** The releases of one entry get their versions together, so that none takes a number that another one names. */
  private async versioned(
    { publisher }: ImportRequest,
    sources: readonly ReleaseSource[],
  ): Promise<readonly ReleaseSource[]> {
    const [first] = sources;
    if (!first || sources.every(({ descriptor }) => descriptor.version !== null)) return sources;
    const existing = await this.releases.versions(pluginId(publisher, normalizeName(first.descriptor.name)));
    const descriptors = assignLabels(
      existing,
      sources.map(({ descriptor }) => descriptor),
    );
    return descriptors.map((descriptor) => ({ ...first, descriptor }));
  }

  private async publish(
    { publisher, actor, requireReach }: ImportRequest,
    entry: string,
    source: ReleaseSource,
  ): Promise<ImportOutcome> {
    try {
      const request = { publisher, actor, requireReach, source, artifacts: [], dryRun: false };
      const published = await this.publishRelease.run(request, 'unless-upstream-is-needed');
      if (!published) throw publishAlone(publisher);
      const { outcome, release } = published;
      const unmoved = outcome === 'unchanged' ? await this.followChannels(actor, source, release) : [];
      return { entry, outcome, release, problems: [...source.problems, ...unmoved] };
    } catch (error) {
      return refusal(entry, error);
    }
  }

  /** An entry that grew may point its channels to a release that was there before. What hinders that is a warning. */
  private async followChannels(
    actor: Actor,
    source: ReleaseSource,
    release: Release,
  ): Promise<readonly Problem[]> {
    if (release.descriptorSha256 === source.sha256) return [];
    const problems: Problem[] = [];
    for (const channel of source.descriptor.channels) {
      try {
        await this.moveChannel.run(release.plugin, channel, release.version, actor);
      } catch (error) {
        problems.push(...problemsOf(expectedRefusal(error), 'warning'));
      }
    }
    return problems;
  }
}

function refusal(entry: string, error: unknown): ImportOutcome {
  const problems = problemsOf(expectedRefusal(error), 'error');
  return { entry, outcome: 'refused', release: null, problems };
}

/** What only the whole import can be told of (a full disk, a bug) is thrown on. */
function expectedRefusal(error: unknown): RegistryError {
  if (!(error instanceof RegistryError) || error.kind === 'unavailable') throw error;
  return error;
}

function problemsOf(error: RegistryError, severity: Severity): readonly Problem[] {
  if (error.code === 'invalid-descriptor') return error.details['problems'] as readonly Problem[];
  return [{ code: error.code, pointer: '', line: 1, column: 1, message: error.message, severity }];
}
