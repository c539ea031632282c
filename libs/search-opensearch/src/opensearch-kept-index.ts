import type { PluginId } from '#kernel';
import { KeptIndex } from '#search';
import type { PluginDocument } from '#search';
import type { Generation } from './generation.js';
import { Generations } from './generations.js';
import { IndexNames } from './index-names.js';
import { storedPlugin } from './indexed-plugin.js';
import { OpenSearchConnection } from './opensearch-connection.js';
import type { OpenSearchLocation } from './opensearch-location.js';

interface Kept {
  readonly card: string;
  readonly rest: string;
}

/** Reads the generation that searches go to, and changes nothing. */
export class OpenSearchKeptIndex extends KeptIndex {
  override readonly mend =
    'Run "mortise-registry reindex": it builds the index again from the database while the store goes on.';

  private constructor(
    private readonly connection: OpenSearchConnection,
    private readonly generation: Generation,
    private readonly isWhole: boolean,
  ) {
    super();
  }

  /** Null where there is none of this version of the store yet. Throws `search-unavailable`. */
  static async open(location: OpenSearchLocation, prefix: string): Promise<OpenSearchKeptIndex | null> {
    const connection = new OpenSearchConnection(location);
    try {
      const { current, isWhole } = await new Generations(connection, new IndexNames(prefix)).standing();
      if (current !== undefined) return new OpenSearchKeptIndex(connection, current, isWhole);
    } catch (error) {
      await connection.close();
      throw error;
    }
    await connection.close();
    return null;
  }

  override async sequence(): Promise<number> {
    return (await this.generation.progress())?.sequence ?? 0;
  }

  override async documents(plugins: readonly PluginId[]): Promise<ReadonlyMap<PluginId, PluginDocument>> {
    if (plugins.length === 0) return new Map();
    const { docs } = await this.connection.send<{ docs: { _id: PluginId; _source?: Kept }[] }>({
      method: 'POST',
      path: `/${this.generation.names.plugins}/_mget`,
      body: { ids: plugins },
    });
    const found = docs.map(({ _id, _source }) => [_id, _source && readable(_source)] as const);
    return new Map(found.filter((one): one is [PluginId, PluginDocument] => one[1] !== undefined));
  }

  override async ids(after: string, limit: number): Promise<readonly PluginId[]> {
    const { hits } = await this.connection.send<{ hits: { hits: { _id: PluginId }[] } }>({
      method: 'POST',
      path: `/${this.generation.names.plugins}/_search`,
      query: { allow_partial_search_results: false },
      body: {
        size: limit,
        track_total_hits: false,
        _source: false,
        sort: [{ id: 'asc' }],
        ...(after !== '' && { search_after: [after] }),
      },
    });
    return hits.hits.map(({ _id }) => _id);
  }

  override async faults(): Promise<readonly string[]> {
    if (!this.isWhole) return ['Its words for corrections, or one of its aliases, are gone.'];
    const { plugins, terms } = this.generation.names;
    const { status } = await this.connection.send<{ status: string }>({
      method: 'GET',
      path: `/_cluster/health/${plugins},${terms}`,
    });
    return status === 'red' ? ['A part of it is on no node that OpenSearch reaches.'] : [];
  }

  override async close(): Promise<void> {
    await this.connection.close();
  }
}

/** What can't be read is not there. */
function readable(kept: Kept): PluginDocument | undefined {
  try {
    return storedPlugin(kept);
  } catch {
    return undefined;
  }
}
