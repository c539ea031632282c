import { join } from 'node:path';
import type { KeptIndex, SearchIndex } from '#search';
import { EmbeddedKeptIndex, EmbeddedSearchIndex } from '#search-embedded';
import type { OpenSearchLocation } from '#search-opensearch';
import type { Settings } from '../settings/config.js';

const clusterCharacters = 12;

/** Opens the engine that the settings name. OpenSearch is reached when it is first needed: the store starts without it. */
export async function openIndex(settings: Settings, clusterId: string): Promise<SearchIndex> {
  const { search, dataFolder } = settings;
  if (search === 'embedded') return EmbeddedSearchIndex.open({ folder: join(dataFolder, 'search') });
  // Its client is large, and most stores have no use for it.
  const { OpenSearchIndex } = await import('#search-opensearch');
  return new OpenSearchIndex(search, indexPrefix(search, clusterId));
}

/** Opens what that engine holds, to look at. Null where there is none; a sentence where it is damaged. */
export async function openKeptIndex(
  { search, dataFolder }: Settings,
  clusterId: () => Promise<string>,
): Promise<KeptIndex | string | null> {
  if (search === 'embedded') return EmbeddedKeptIndex.open(join(dataFolder, 'search'));
  const { OpenSearchKeptIndex } = await import('#search-opensearch');
  return OpenSearchKeptIndex.open(search, indexPrefix(search, await clusterId()));
}

/** Stores that share an OpenSearch have indices of their own, whatever prefix they were given. */
function indexPrefix({ prefix }: OpenSearchLocation, clusterId: string): string {
  return `${prefix ?? 'mortise'}-${clusterId.replaceAll('-', '').slice(0, clusterCharacters)}`;
}
