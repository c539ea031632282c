import { setTimeout as wait } from 'node:timers/promises';
import { limits } from '#kernel';
import { SearchIndex, searchBusy, searchUnavailable } from '#search';
import type { IndexBatch, PluginDocument, SearchAnswer, SearchQuery, Suggestion } from '#search';
import type { Generation } from './generation.js';
import { Generations, isAbandoned } from './generations.js';
import { IndexNames } from './index-names.js';
import { EngineRefusal, OpenSearchConnection } from './opensearch-connection.js';
import type { OpenSearchLocation } from './opensearch-location.js';
import { PluginFinder } from './plugin-finder.js';
import { fillGeneration } from './rebuild-generation.js';
import { GenerationGone } from './send-bulk.js';
import { Spellings } from './spellings.js';

/** A generation may be put aside while it is written to, and another time while that is tried again. */
const mostTries = 3;

/**
 * The search engine for many processes: indices on OpenSearch that all of them read, and any of them may write to at any
 * time. It may be away for any time: searches are refused then, and whoever applies tries again.
 */
export class OpenSearchIndex extends SearchIndex {
  override readonly appliesWhole = false;
  readonly #connection: OpenSearchConnection;
  readonly #names: IndexNames;
  readonly #generations: Generations;
  readonly #spellings: Spellings;
  readonly #finder: PluginFinder;
  readonly #closing = new AbortController();
  #searching = 0;
  #seenAt = -Infinity;
  #rebuilding: Promise<void> = Promise.resolve();

  /** `prefix` begins the names of the store's indices, and of no other's. Nothing is sent before it is used. */
  constructor(location: OpenSearchLocation, prefix: string) {
    super();
    this.#connection = new OpenSearchConnection(location);
    this.#names = new IndexNames(prefix);
    this.#generations = new Generations(this.#connection, this.#names);
    this.#spellings = new Spellings(this.#connection, this.#names);
    this.#finder = new PluginFinder(this.#connection, this.#names, this.#spellings);
  }

  override async appliedSequence(): Promise<number | null> {
    const current = await this.#generations.current();
    if (current === undefined) return null;
    const sequence = (await current.progress())?.sequence ?? 0;
    if (performance.now() - this.#seenAt > limits.openSearchSeenEveryMs) {
      this.#seenAt = performance.now();
      await current.reach(sequence);
      await this.#generations.retire();
    }
    return sequence;
  }

  override async apply(batch: IndexBatch): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        for (const generation of await this.#generations.targets()) await generation.apply(batch);
        break;
      } catch (error) {
        if (!isGone(error) || attempt === mostTries) throw error;
      }
    }
    this.#spellings.forget();
  }

  override async rebuild(documents: AsyncIterable<PluginDocument>, sequence: number): Promise<void> {
    const running = this.#rebuilding.catch(() => undefined).then(() => this.#rebuildNow(documents, sequence));
    this.#rebuilding = running;
    await running;
  }

  override find(query: SearchQuery): Promise<SearchAnswer> {
    return this.#answer(() => this.#finder.find(query));
  }

  override suggest(text: string, limit: number): Promise<readonly Suggestion[]> {
    return this.#answer(() => this.#finder.suggest(text, limit));
  }

  override async close(): Promise<void> {
    this.#closing.abort();
    await this.#connection.close();
  }

  async #answer<Answer>(search: () => Promise<Answer>): Promise<Answer> {
    if (this.#generations.isTaken) throw searchUnavailable();
    if (this.#searching >= limits.searchesWaiting) throw searchBusy();
    this.#searching += 1;
    try {
      return await search().catch((error: unknown) =>
        isGone(error) ? search() : Promise.reject(error as Error),
      );
    } catch (error) {
      throw error instanceof EngineRefusal ? searchUnavailable(error) : error;
    } finally {
      this.#searching -= 1;
    }
  }

  async #rebuildNow(documents: AsyncIterable<PluginDocument>, sequence: number): Promise<void> {
    await this.#generations.current();
    const { building } = await this.#generations.standing();
    for (const one of building) {
      if (!(await isAbandoned(one))) {
        throw searchUnavailable(new Error('Another process builds the search index just now.'));
      }
    }
    const generation = await this.#generations.begin(sequence);
    try {
      await generation.settle({ index: { refresh_interval: '-1', 'translog.durability': 'async' } });
      await fillGeneration(generation, documents);
      await this.#finish(generation);
    } catch (error) {
      await generation.delete().catch(() => undefined);
      throw error;
    }
    this.#spellings.forget();
    void this.#retireLater();
  }

  async #finish(generation: Generation): Promise<void> {
    await generation.settle({ index: { refresh_interval: '1s', 'translog.durability': 'request' } });
    await generation.flush();
    await generation.refresh();
    await generation.merge();
    await this.#generations.swap(generation);
  }

  /** What searches went to until now is deleted once those are over that were under way. */
  async #retireLater(): Promise<void> {
    try {
      await wait(limits.openSearchRetireMs + 1_000, undefined, { signal: this.#closing.signal, ref: false });
      await this.#generations.retire();
    } catch {
      // The next look at what is applied does it.
    }
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof GenerationGone || (error instanceof EngineRefusal && error.lacksIndex);
