/** Floor: the search engine called in this process, with no server, thread or socket between. */
import { openEngineInProcess } from '#search-embedded';
import { parseSearchQuery } from '#search';
import type { QueryParameters, SearchQuery } from '#search';

export type SearchFloorCommand =
  | { readonly kind: 'open'; readonly folder: string; readonly queries: readonly QueryParameters[] }
  | { readonly kind: 'run'; readonly seconds: number }
  | { readonly kind: 'find'; readonly at: number };

export interface SearchFloorReply {
  readonly perSecond: number;
  /** What a `find` found: ids in order. */
  readonly ids: readonly string[];
  readonly total: number;
}

let engine: ReturnType<typeof openEngineInProcess> | null = null;
let queries: readonly SearchQuery[] = [];
let next = 0;
const nothing = { perSecond: 0, ids: [], total: 0 };

function obey(command: SearchFloorCommand): SearchFloorReply {
  if (command.kind === 'open') {
    engine = openEngineInProcess(command.folder);
    queries = command.queries.map(parseSearchQuery);
    return nothing;
  }
  if (!engine) throw new Error('No engine was opened.');
  if (command.kind === 'find') {
    const { hits, total } = engine.find(queries[command.at]!);
    return { ...nothing, total, ids: hits.map(({ document }) => document.id) };
  }
  const startedAt = performance.now();
  let found = 0;
  while (performance.now() - startedAt < command.seconds * 1000) {
    engine.find(queries[next % queries.length]!);
    next += 1;
    found += 1;
  }
  return { ...nothing, perSecond: (found / (performance.now() - startedAt)) * 1000 };
}

process.on('message', (command: SearchFloorCommand) => {
  process.send!(obey(command));
});
process.on('disconnect', () => process.exit());
