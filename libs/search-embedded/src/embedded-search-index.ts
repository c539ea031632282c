import { limits } from '#kernel';
import { SearchIndex, searchBusy, searchIndexLost, searchUnavailable } from '#search';
import type { IndexBatch, PluginDocument, SearchAnswer, SearchQuery, Suggestion } from '#search';
import { ThreadCalls } from './thread-calls.js';
import { DamageReported } from './thread-messages.js';

export interface EmbeddedSearchOptions {
  /** A folder of the index's own, made when missing. */
  readonly folder: string;
  /** How many searches may wait before more are refused. */
  readonly searchesWaiting?: number;
}

const writerTimeoutMs = 120_000;
const writerIdleMs = 2_000;
const rebuildChunk = 64;
const readerHeapMebibytes = 256;
const writerHeapMebibytes = 512;

/**
 * The search engine that needs nothing but Node: an index file of its own design in SQLite, read by one thread and
 * written by another, so that searches never wait for writes nor for a rebuild. The file may vanish or be damaged
 * at any time: searches are then refused until it is built again, as `appliedSequence` asks.
 */
export class EmbeddedSearchIndex extends SearchIndex {
  override readonly appliesWhole = true;
  readonly #folder: string;
  readonly #searchesWaiting: number;
  readonly #writer: ThreadCalls;
  readonly #reader: ThreadCalls;
  #path: string | undefined;
  /** Set once what was applied has been lost, until it is built again. */
  #isLost = false;
  #losing: Promise<void> | undefined;
  #rebuilding: Promise<void> = Promise.resolve();

  private constructor({ folder, searchesWaiting = limits.searchesWaiting }: EmbeddedSearchOptions) {
    super();
    this.#folder = folder;
    this.#searchesWaiting = searchesWaiting;
    this.#writer = new ThreadCalls({
      script: new URL('./writer-worker.js', import.meta.url),
      name: 'search-writer',
      timeoutMs: writerTimeoutMs,
      heapMebibytes: writerHeapMebibytes,
      idleMs: writerIdleMs,
      firstCall: () => ({
        method: 'open',
        argument: this.#folder,
        answered: (path) => {
          this.#opened(path as string);
        },
      }),
    });
    this.#reader = new ThreadCalls({
      script: new URL('./reader-worker.js', import.meta.url),
      name: 'search-reader',
      timeoutMs: limits.searchTimeoutMs,
      heapMebibytes: readerHeapMebibytes,
      firstCall: () => (this.#path === undefined ? undefined : { method: 'open', argument: this.#path }),
    });
  }

  /** Opens the index of a folder; one that is missing or can't be read is begun anew, with nothing in it. */
  static async open(options: EmbeddedSearchOptions): Promise<EmbeddedSearchIndex> {
    const index = new EmbeddedSearchIndex(options);
    index.#opened((await index.#writer.call('open', options.folder)) as string);
    index.#reader.start();
    return index;
  }

  async appliedSequence(): Promise<number | null> {
    await this.#losing;
    const sequence = (await this.#write('sequence', null)) as number;
    return this.#isLost ? null : sequence;
  }

  async apply(batch: IndexBatch): Promise<void> {
    await this.#losing;
    if (this.#isLost) throw searchIndexLost();
    await this.#write('apply', batch);
  }

  async rebuild(documents: AsyncIterable<PluginDocument>, sequence: number): Promise<void> {
    const previous = this.#rebuilding;
    const running = previous
      .catch(() => undefined)
      .then(() => this.#writer.hold(() => this.#rebuildNow(documents, sequence)));
    this.#rebuilding = running;
    await running;
  }

  async find(query: SearchQuery): Promise<SearchAnswer> {
    return JSON.parse((await this.#read('find', query)) as string) as SearchAnswer;
  }

  async suggest(text: string, limit: number): Promise<readonly Suggestion[]> {
    return (await this.#read('suggest', { text, limit })) as readonly Suggestion[];
  }

  async close(): Promise<void> {
    // What is closed last brings the log into the file; the reader may not write.
    await this.#reader.close();
    await this.#writer.close();
  }

  async #read(method: string, argument: unknown): Promise<unknown> {
    if (this.#isLost) throw searchUnavailable();
    if (this.#reader.waiting >= this.#searchesWaiting) throw searchBusy();
    return this.#orLose(this.#reader.call(method, argument));
  }

  #write(method: string, argument: unknown): Promise<unknown> {
    return this.#orLose(this.#writer.call(method, argument));
  }

  async #orLose(call: Promise<unknown>): Promise<unknown> {
    try {
      return await call;
    } catch (error) {
      if (!(error instanceof DamageReported)) throw error;
      await this.#lose();
      throw searchUnavailable(error);
    }
  }

  /** A writer that had to be started again may have found the file gone or damaged, and begun another. */
  #opened(path: string): void {
    if (this.#path === path) return;
    const hadAnother = this.#path !== undefined;
    this.#path = path;
    if (!hadAnother) return;
    this.#isLost = true;
    this.#losing ??= this.#use(path).finally(() => {
      this.#losing = undefined;
    });
  }

  /** Throws a damaged index away; one time only, however many calls come upon the damage. */
  #lose(): Promise<void> {
    this.#isLost = true;
    this.#losing ??= this.#startOver().finally(() => {
      this.#losing = undefined;
    });
    return this.#losing;
  }

  async #startOver(): Promise<void> {
    await this.#use((await this.#writer.call('reset', null)) as string);
  }

  /** Lets the reader go over to another file. */
  async #use(path: string): Promise<void> {
    this.#path = path;
    await this.#reader.call('open', path);
    await this.#writer.call('tidy', null);
  }

  async #rebuildNow(documents: AsyncIterable<PluginDocument>, sequence: number): Promise<void> {
    await this.#write('startRebuild', null);
    try {
      let held: PluginDocument[] = [];
      for await (const document of documents) {
        held.push(document);
        if (held.length < rebuildChunk) continue;
        await this.#write('addToRebuild', held);
        held = [];
      }
      await this.#write('addToRebuild', held);
      const path = (await this.#write('finishRebuild', sequence)) as string;
      // What is lost from here on is another loss.
      this.#isLost = this.#losing !== undefined;
      await this.#use(path);
    } catch (error) {
      await this.#writer.call('abandonRebuild', null).catch(() => undefined);
      throw error;
    }
  }
}
