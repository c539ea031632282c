import { Injectable } from '@nestjs/common';
import { AccountStore, PublisherStore } from '#access';
import {
  DeprecateRelease,
  ImportDescriptors,
  MoveChannel,
  PublishRelease,
  readReleaseSource,
} from '#catalog';
import type { ArrivedArtifact, Release } from '#catalog';
import { Clock, limits, RegistryError } from '#kernel';
import type { Actor, PluginId } from '#kernel';
import { BlobStore, inspectArtifact, Staging } from '#packages';
import type { StagedFile } from '#packages';
import { ModerateRelease } from '#trust';
import { openExampleArtifact, readExampleDescriptor, readExamples } from '../platform/examples.js';
import type { Example } from '../platform/examples.js';
import { Log } from '../platform/server/log.js';
import { StoreSettings } from '../platform/settings/store-settings.js';

const trustReason = 'It shows what a release that nobody trusts looks like.';
const actor: Actor = { kind: 'system', id: null, name: 'first start' };

/**
 * Publishes the examples, so that a new store has something to show. Doing it again changes nothing, so a start that
 * was killed in the middle is finished by the next one. One that is refused is told to the log and stops no other.
 */
@Injectable()
export class PublishExamples {
  constructor(
    private readonly accounts: AccountStore,
    private readonly publishers: PublisherStore,
    private readonly publishRelease: PublishRelease,
    private readonly importDescriptors: ImportDescriptors,
    private readonly moveChannel: MoveChannel,
    private readonly deprecateRelease: DeprecateRelease,
    private readonly moderateRelease: ModerateRelease,
    private readonly staging: Staging,
    private readonly blobs: BlobStore,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly settings: StoreSettings,
  ) {}

  async run(): Promise<void> {
    const examples = await readExamples();
    if (examples === undefined) return;
    await this.attempt('publisher', async () => {
      await this.ensurePublisher(examples.publisher);
      for (const example of examples.releases) {
        await this.attempt(example.folder, () => this.publish(examples.publisher, example));
      }
    });
  }

  /** A refusal is the log's; anything else is a bug, a disk that is full, or a database that is away. */
  private async attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof RegistryError) || error.code === 'database-unavailable') throw error;
      this.log.warn(
        { example: what, code: error.code, reason: error.message },
        'an example was not published',
      );
    }
  }

  /** The administrator owns it; it is trusted because the store itself brings it. Somebody else's is left alone. */
  private async ensurePublisher(id: string): Promise<void> {
    const owner = await this.accounts.findByUsername(this.settings.values.adminUsername);
    if (owner === undefined) throw noOwner();
    if ((await this.publishers.find(id)) !== undefined) {
      const members = await this.publishers.members(id);
      if (members.some(({ username }) => username === owner.username)) return;
      throw notOurs(id);
    }
    const at = this.clock.now();
    await this.publishers.add(
      { id, name: id, title: 'Examples', trust: 'trusted', createdAt: at },
      owner.id,
      {
        actor,
        action: 'create-publisher',
        target: `publisher:${id}`,
        reason: 'The examples come with the store.',
        details: { trust: 'trusted' },
        at,
      },
    );
  }

  private async publish(publisher: string, example: Example): Promise<void> {
    const release =
      example.artifacts.length === 0
        ? await this.import(publisher, example)
        : await this.publishWithArtifacts(publisher, example);
    if (release === undefined) return;
    const { plugin, version } = release;
    if (example.trust !== null) {
      const decision = { kind: 'trust', trust: example.trust, reason: trustReason } as const;
      await this.moderateRelease.run({ plugin, version }, decision, actor);
    }
    for (const channel of example.channels) await this.moveChannel.run(plugin, channel, version, actor);
    if (example.deprecation) {
      const { message, replaced_by: replacedBy } = example.deprecation;
      const deprecated = { message, replacedBy: replacedBy as PluginId | null };
      await this.deprecateRelease.run(plugin, version, deprecated, actor);
    }
  }

  /** One file may describe several releases: the last of them is what is done more with. */
  private async import(publisher: string, example: Example): Promise<Release | undefined> {
    const content = await readExampleDescriptor(example);
    const outcomes = await this.importDescriptors.run({
      publisher,
      actor,
      requireReach: () => undefined,
      entries: [{ name: example.descriptor, content }],
    });
    for (const { outcome, problems } of outcomes) {
      if (outcome === 'refused') {
        this.log.warn({ example: example.folder, problems }, 'an example was not published');
      }
    }
    return outcomes.at(-1)?.release ?? undefined;
  }

  private async publishWithArtifacts(publisher: string, example: Example): Promise<Release> {
    const staged: StagedFile[] = [];
    try {
      const artifacts: ArrivedArtifact[] = [];
      for (const filename of example.artifacts) {
        const source = openExampleArtifact(example, filename);
        const file = await this.staging.stage(source, { maxBytes: limits.artifactBytes });
        staged.push(file);
        artifacts.push({
          filename,
          sha256: file.sha256,
          inspect: () => inspectArtifact(file, filename),
          keep: () => this.blobs.keep(file),
        });
      }
      const { release } = await this.publishRelease.run({
        publisher,
        actor,
        requireReach: () => undefined,
        source: readReleaseSource(await readExampleDescriptor(example), publisher),
        artifacts,
        dryRun: false,
        // They come with the store, and a first start waits for no network.
        namesAreOurs: true,
      });
      return release;
    } finally {
      await Promise.all(staged.map((file) => file.discard()));
    }
  }
}

const noOwner = (): RegistryError =>
  new RegistryError(
    'not-found',
    'administrator-missing',
    'The examples have no owner: there is no account of the name that MORTISE_ADMIN_USERNAME says.',
  );

const notOurs = (publisher: string): RegistryError =>
  new RegistryError('forbidden', 'publisher-taken', `The publisher "${publisher}" is somebody else’s.`);
