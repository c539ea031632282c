import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PluginId } from '#kernel';
import { CatchUpIndex } from './catch-up-index.js';
import { IndexedPlugins } from './indexed-plugins.js';
import type { ChangedPlugins } from './indexed-plugins.js';
import { IndexDrift } from './index-drift.js';
import { KeptIndex } from './kept-index.js';
import { MendIndex } from './mend-index.js';
import { SearchIndex } from './search-index.js';
import type { IndexBatch, PluginDocument, Removal, SearchAnswer, Suggestion } from './search-index.js';

/** Plugins that are nothing but a revision, with the feed of their changes. */
class Feed extends IndexedPlugins {
  readonly live = new Map<PluginId, number>();
  readonly feed: PluginId[] = [];

  change(id: PluginId, exists: boolean): void {
    this.feed.push(id);
    if (exists) this.live.set(id, this.feed.length);
    else this.live.delete(id);
  }

  override lastSequence(): Promise<number> {
    return Promise.resolve(this.feed.length);
  }

  override changedAfter(sequence: number, limit: number): Promise<ChangedPlugins | undefined> {
    const changed = this.feed.slice(sequence, sequence + limit);
    if (changed.length === 0) return Promise.resolve(undefined);
    return Promise.resolve({ plugins: [...new Set(changed)], sequence: sequence + changed.length });
  }

  override documents(plugins: readonly PluginId[]): Promise<readonly PluginDocument[]> {
    return Promise.resolve(plugins.filter((id) => this.live.has(id)).map((id) => this.document(id)));
  }

  override removals(plugins: readonly PluginId[]): Promise<readonly Removal[]> {
    return Promise.resolve(plugins.map((id) => ({ id, revision: this.feed.lastIndexOf(id) + 1 })));
  }

  override async *all(): AsyncIterable<PluginDocument> {
    yield* await this.documents([...this.live.keys()]);
  }

  private document(id: PluginId): PluginDocument {
    return { id, revision: this.live.get(id) ?? 0 } as PluginDocument;
  }
}

class HeldIndex extends SearchIndex {
  override readonly appliesWhole = true;
  held = new Map<PluginId, number>();
  sequence = 0;
  rebuilds = 0;
  /** Fails before a batch is applied, as if the process had been killed. */
  failAfter = Infinity;

  override appliedSequence(): Promise<number> {
    return Promise.resolve(this.sequence);
  }

  override apply(batch: IndexBatch): Promise<void> {
    if ((this.failAfter -= 1) < 0) return Promise.reject(new Error('killed'));
    for (const { id, revision } of batch.put) this.held.set(id, revision);
    for (const { id } of batch.remove) this.held.delete(id);
    this.sequence = batch.sequence;
    return Promise.resolve();
  }

  override async rebuild(documents: AsyncIterable<PluginDocument>, sequence: number): Promise<void> {
    this.rebuilds += 1;
    const held = new Map<PluginId, number>();
    for await (const { id, revision } of documents) held.set(id, revision);
    this.held = held;
    this.sequence = sequence;
  }

  override find(): Promise<SearchAnswer> {
    return Promise.reject(new Error('Nobody searches here.'));
  }

  override suggest(): Promise<readonly Suggestion[]> {
    return Promise.reject(new Error('Nobody searches here.'));
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('CatchUpIndex', () => {
  it('comes to what the database holds, whatever happened, and wherever it was killed', async () => {
    const change = fc.record({ id: fc.nat(9), exists: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 60 }), fc.nat(3), async (changes, failAfter) => {
        const plugins = new Feed();
        const index = new HeldIndex();
        const catchUp = new CatchUpIndex(index, plugins);
        for (const [at, { id, exists }] of changes.entries()) {
          plugins.change(`acme/p${id}`, exists);
          if (at % 7 === 0) {
            index.failAfter = failAfter;
            await catchUp.run().catch(() => undefined);
          }
        }
        index.failAfter = Infinity;
        await catchUp.run();
        expect(index.held).toEqual(plugins.live);
        expect(index.sequence).toBe(plugins.feed.length);
      }),
    );
  });

  it('ends with what there was when it began, though each batch finds more', async () => {
    const plugins = new Feed();
    plugins.change('acme/a', true);
    const index = new HeldIndex();
    const apply = index.apply.bind(index);
    index.apply = (batch) => {
      plugins.change(`acme/p${plugins.feed.length}`, true);
      return apply(batch);
    };
    await new CatchUpIndex(index, plugins).run();
    expect(index.sequence).toBe(1);
  });

  it('builds anew what is ahead of the database: a backup was put back', async () => {
    const plugins = new Feed();
    const index = new HeldIndex();
    plugins.change('acme/a', true);
    index.sequence = 9;
    index.held.set('acme/gone', 1);
    await new CatchUpIndex(index, plugins).run();
    expect([index.rebuilds, [...index.held.keys()]]).toEqual([1, ['acme/a']]);
  });

  it('builds anew what has fallen far behind', async () => {
    const plugins = new Feed();
    for (let at = 0; at < 10_001; at += 1) plugins.change(`acme/p${at % 5}`, true);
    const index = new HeldIndex();
    await new CatchUpIndex(index, plugins).run();
    expect([index.rebuilds, index.held.size]).toEqual([1, 5]);
  });
});

/** What `HeldIndex` holds, to look at. */
class HeldKept extends KeptIndex {
  override readonly mend = 'Rebuild it.';

  constructor(private readonly index: HeldIndex) {
    super();
  }

  override sequence(): Promise<number> {
    return this.index.appliedSequence();
  }

  override async documents(plugins: readonly PluginId[]): Promise<ReadonlyMap<PluginId, PluginDocument>> {
    const found = plugins.filter((id) => this.index.held.has(id));
    return new Map(found.map((id) => [id, { id, revision: this.index.held.get(id) } as PluginDocument]));
  }

  override async ids(after: string, limit: number): Promise<readonly PluginId[]> {
    return [...this.index.held.keys()].sort().filter((id) => id > after).slice(0, limit); // prettier-ignore
  }

  override faults(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('MendIndex', () => {
  it('builds anew what has a plugin too few, too many or as it was before, and leaves alone what is only behind', async () => {
    const drifts: ((held: Map<PluginId, number>) => void)[] = [
      (held) => held.delete('acme/a'),
      (held) => held.set('acme/ghost', 1),
      (held) => held.set('acme/b', 0),
    ];
    for (const drift of drifts) {
      const plugins = new Feed();
      const index = new HeldIndex();
      for (const name of ['a', 'b', 'c']) plugins.change(`acme/${name}`, true);
      await new CatchUpIndex(index, plugins).run();
      plugins.change('acme/a', true);
      const pauses = { again: () => Promise.resolve(), between: () => Promise.resolve() };
      const mend = () =>
        new MendIndex(index, plugins).run(new IndexDrift(new HeldKept(index), plugins, pauses));
      expect([await mend(), index.rebuilds]).toEqual([0, 0]);
      await new CatchUpIndex(index, plugins).run();
      drift(index.held);
      expect([await mend(), index.rebuilds]).toEqual([1, 1]);
      expect(index.held).toEqual(plugins.live);
      expect(await mend()).toBe(0);
    }
  });
});
