import { limits } from '#kernel';
import type { PluginId } from '#kernel';
import type { IndexBatch, PluginDocument, Removal } from '#search';
import { indexLayout } from './index-layout.js';
import { indexedPlugin } from './indexed-plugin.js';
import { writeAlias } from './index-names.js';
import type { GenerationNames } from './index-names.js';
import { EngineRefusal } from './opensearch-connection.js';
import type { OpenSearchConnection } from './opensearch-connection.js';
import { sendBulk } from './send-bulk.js';
import type { Operation } from './send-bulk.js';

/** What an index of terms says of itself. */
interface Note {
  readonly sequence: number;
  readonly seen_at: number;
}

type Kind = 'plugins' | 'terms';

interface WriteOptions {
  readonly removals?: readonly Removal[];
  /** Whether all of it is visible at the end. */
  readonly refresh?: boolean;
}

/** The document that says how far the index is; no term is called so. */
const sequenceId = '#sequence';
/** The one that says when its builder was last at work. */
const builderId = '#builder';

/**
 * Two indices that belong together: one of plugins, one of their terms and of how far they are. Any number of processes
 * may write at once: an older document, an older removal and a lower sequence never replace what is newer.
 */
export class Generation {
  /** Terms that are there already, so that they aren't sent again. */
  readonly #terms = new Set<string>();
  #reached = 0;

  constructor(
    private readonly connection: OpenSearchConnection,
    readonly names: GenerationNames,
  ) {}

  /** Makes both, with nothing in them; refused where there is one of that name. */
  async create(sequence: number, aliases: Readonly<Record<Kind, readonly string[]>>): Promise<void> {
    await this.#make('terms', aliases.terms);
    await this.reach(sequence);
    await this.isBeingBuilt();
    await this.#make('plugins', aliases.plugins);
  }

  /**
   * Makes its terms and its aliases where somebody deleted them, whoever else does so at this moment. An index of terms that
   * is new says that no change is applied, so that all of them come again.
   */
  async complete(aliases: Readonly<Record<Kind, readonly string[]>>): Promise<void> {
    await this.#make('terms', aliases.terms).catch(unlessTaken);
    const actions = (['plugins', 'terms'] as const).map((kind) => ({
      add: { index: this.names[kind], aliases: [writeAlias(this.names[kind]), ...aliases[kind]] },
    }));
    await this.connection.send({ method: 'POST', path: '/_aliases', body: { actions } });
    await this.reach(0);
  }

  /** The number of the last change that it holds, and when a process last wrote so; null where it doesn't say. */
  async progress(): Promise<{ readonly sequence: number; readonly seenAt: number } | null> {
    const found = await this.#note(sequenceId);
    // Somebody deleted it, and it was made anew.
    if ((found?.sequence ?? 0) < this.#reached) this.#terms.clear();
    this.#reached = found?.sequence ?? 0;
    return found && { sequence: found.sequence, seenAt: found.seen_at };
  }

  /** Says that it holds all changes up to `sequence`, and that somebody looks after it; never less than before. */
  async reach(sequence: number): Promise<void> {
    await this.#write(sequenceId, sequence, { sequence, seen_at: Date.now() });
  }

  /** When whoever builds it was last at work; null where nobody ever was. */
  async builtAt(): Promise<number | null> {
    return (await this.#note(builderId))?.seen_at ?? null;
  }

  /** When the newer of its indices was made; 0 where it has none. */
  async madeAt(): Promise<number> {
    const found = await this.connection.send<
      Readonly<Record<string, { settings: { index: { creation_date: string } } }>>
    >({
      method: 'GET',
      path: `/${this.names.plugins},${this.names.terms}/_settings/index.creation_date`,
      query: { ignore_unavailable: true },
    });
    return Math.max(0, ...Object.values(found).map(({ settings }) => Number(settings.index.creation_date)));
  }

  /** Says that whoever builds it is at work: others write to it too, and go on when its builder has died. */
  async isBeingBuilt(): Promise<void> {
    const now = Date.now();
    await this.#write(builderId, now, { sequence: 0, seen_at: now });
  }

  async apply({ put, remove, sequence }: IndexBatch): Promise<void> {
    const reached = (await this.progress())?.sequence ?? 0;
    const isLate = sequence < reached;
    // What a late batch puts and the index lacks has been removed since: it doesn't come back.
    const known = isLate ? await this.#known(put.map(({ id }) => id)) : undefined;
    const due = put.filter(({ id }) => known?.has(id) ?? true);
    const gone = isLate ? [] : remove;
    await this.write(due, { removals: gone, refresh: true });
    await this.reach(Math.max(sequence, reached));
  }

  /** Writes documents without a word on the sequence. */
  async write(
    documents: readonly PluginDocument[],
    { removals = [], refresh = false }: WriteOptions = {},
  ): Promise<void> {
    const terms = new Set<string>();
    const operations: Operation[] = removals.map(({ id, revision }) => ({
      action: actionOf('delete', this.names.plugins, id, revision),
    }));
    for (const document of documents) {
      const indexed = indexedPlugin(document);
      const action = actionOf('index', this.names.plugins, document.id, document.revision);
      operations.push({ action, source: indexed.json });
      for (const term of indexed.terms) if (term.length > 1 && !this.#terms.has(term)) terms.add(term);
    }
    for (const term of terms) operations.push(termOperation(this.names.terms, term));
    if (this.#terms.size > limits.openSearchTermsKnown) this.#terms.clear();
    // Before they are there, so that what is sent beside doesn't send them too.
    for (const term of terms) this.#terms.add(term);
    try {
      await sendBulk(this.connection, operations, { refresh });
    } catch (error) {
      for (const term of terms) this.#terms.delete(term);
      throw error;
    }
  }

  /** Makes what was written visible on every node that has a copy. */
  async refresh(): Promise<void> {
    await this.connection.send({
      method: 'POST',
      path: `/${writeAlias(this.names.plugins)},${writeAlias(this.names.terms)}/_refresh`,
    });
  }

  /** Writes to disk what is held in memory, and waits a while for the copies. */
  async flush(): Promise<void> {
    const path = `${this.names.plugins},${this.names.terms}`;
    await this.connection.send({ method: 'POST', path: `/${path}/_flush` });
    try {
      await this.connection.send({
        method: 'GET',
        path: `/_cluster/health/${path}`,
        query: { wait_for_status: 'green', timeout: `${limits.openSearchGreenMs}ms` },
        timeoutMs: limits.openSearchGreenMs + limits.openSearchRequestMs,
      });
    } catch (error) {
      // Time is out: a copy is missing because a node is, and searches need not wait for that.
      if (!(error instanceof EngineRefusal && error.status === 408)) throw error;
    }
  }

  /** Begins to make one segment of each, in which searches look up each word once; the engine does it by and by. */
  async merge(): Promise<void> {
    await this.connection.send({
      method: 'POST',
      path: `/${this.names.plugins},${this.names.terms}/_forcemerge`,
      query: { max_num_segments: 1, wait_for_completion: false },
    });
  }

  async settle(settings: object): Promise<void> {
    const path = `/${this.names.plugins},${this.names.terms}/_settings`;
    await this.connection.send({ method: 'PUT', path, body: settings });
  }

  async delete(): Promise<void> {
    await this.connection.send({
      method: 'DELETE',
      path: `/${this.names.plugins},${this.names.terms}`,
      query: { ignore_unavailable: true },
    });
  }

  async #make(kind: Kind, aliases: readonly string[]): Promise<void> {
    const named = [writeAlias(this.names[kind]), ...aliases].map((alias): [string, object] => [alias, {}]);
    const body = { ...indexLayout[kind], aliases: Object.fromEntries(named) };
    await this.connection.send({ method: 'PUT', path: `/${this.names[kind]}`, body });
  }

  async #note(id: string): Promise<Note | null> {
    try {
      const { _source: found } = await this.connection.send<{ readonly _source?: Note }>({
        method: 'GET',
        path: `/${writeAlias(this.names.terms)}/_doc/${encodeURIComponent(id)}`,
      });
      return found ?? null;
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 404) return null;
      throw error;
    }
  }

  async #write(id: string, version: number, note: Note): Promise<void> {
    const action = actionOf('index', this.names.terms, id, version);
    await sendBulk(this.connection, [{ action, source: JSON.stringify(note) }]);
  }

  async #known(ids: readonly PluginId[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const { docs } = await this.connection.send<{ docs: { _id: string; found?: boolean }[] }>({
      method: 'POST',
      path: `/${writeAlias(this.names.plugins)}/_mget`,
      query: { _source: false },
      body: { ids },
    });
    return new Set(docs.filter(({ found }) => found).map(({ _id }) => _id));
  }
}

function unlessTaken(error: unknown): void {
  if (!(error instanceof EngineRefusal && error.type === 'resource_already_exists_exception')) throw error;
}

/** Versions are the store's own: of two that come in the wrong order, the higher one stays. */
function actionOf(kind: 'index' | 'delete', index: string, id: string, version: number): string {
  return JSON.stringify({
    [kind]: { _index: writeAlias(index), _id: id, version, version_type: 'external_gte' },
  });
}

function termOperation(index: string, term: string): Operation {
  return {
    action: JSON.stringify({ create: { _index: writeAlias(index), _id: term } }),
    source: JSON.stringify({ term, length: term.length, beginnings: term }),
  };
}
