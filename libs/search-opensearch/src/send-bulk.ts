import { setTimeout as wait } from 'node:timers/promises';
import { limits, RegistryError } from '#kernel';
import { searchUnavailable } from '#search';
import { EngineRefusal } from './opensearch-connection.js';
import type { OpenSearchConnection } from './opensearch-connection.js';

/** One change of an index, as a bulk request writes it. */
export interface Operation {
  /** What is done to which document, as JSON. */
  readonly action: string;
  /** The document, as JSON; a deletion has none. */
  readonly source?: string;
}

interface BulkOptions {
  /** Whether the answer waits until all of it is visible on every node that has a copy. */
  readonly refresh?: boolean;
}

interface ItemAnswer {
  readonly status: number;
  readonly error?: { readonly type: string; readonly reason: string };
}

interface BulkAnswer {
  readonly errors: boolean;
  readonly items: readonly Readonly<Record<string, ItemAnswer>>[];
}

/** The index that operations were meant for is no longer there. */
export class GenerationGone extends Error {}

const bytesOf = ({ action, source = '' }: Operation): number => action.length + source.length;

/**
 * Sends operations in requests of bounded size, one after the other. What the engine has no room for is sent again, ever
 * more slowly; a document or term of which it has the same or a newer version is as it should be. Anything else throws.
 */
export async function sendBulk(
  connection: OpenSearchConnection,
  operations: Iterable<Operation>,
  { refresh = false }: BulkOptions = {},
): Promise<void> {
  let held: Operation[] = [];
  let bytes = 0;
  for (const operation of operations) {
    held.push(operation);
    bytes += bytesOf(operation);
    if (bytes < limits.openSearchBulkBytes) continue;
    await sendSome(connection, held, refresh);
    held = [];
    bytes = 0;
  }
  await sendSome(connection, held, refresh);
}

async function sendSome(
  connection: OpenSearchConnection,
  operations: readonly Operation[],
  refresh: boolean,
): Promise<void> {
  let left = operations;
  for (let attempt = 1; left.length > 0; attempt += 1) {
    if (attempt > limits.openSearchBulkTries) {
      throw searchUnavailable(new Error(`OpenSearch had no room for ${left.length} changes of an index.`));
    }
    if (attempt > 1) await wait(limits.openSearchBulkPauseMs * 2 ** (attempt - 2));
    left = await sendOnce(connection, left, refresh);
  }
}

/** Answers those for which there was no room. */
async function sendOnce(
  connection: OpenSearchConnection,
  operations: readonly Operation[],
  refresh: boolean,
): Promise<readonly Operation[]> {
  try {
    const { errors, items } = await connection.send<BulkAnswer>({
      method: 'POST',
      path: '/_bulk',
      query: {
        require_alias: true,
        refresh,
        filter_path: 'errors,items.*.status,items.*.error.type,items.*.error.reason',
      },
      lines: operations.flatMap(({ action, source }) => (source === undefined ? [action] : [action, source])),
    });
    return errors ? operations.filter((_, at) => isToBeRepeated(Object.values(items[at] ?? {})[0])) : [];
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'search-busy') return operations;
    throw error;
  }
}

function isToBeRepeated(item: ItemAnswer | undefined): boolean {
  if (item === undefined) throw new Error('OpenSearch answered a bulk request with too few items.');
  const { status, error } = item;
  if (error === undefined || status === 409) return false;
  if (status === 429 || status === 503) return true;
  if (error.type === 'index_not_found_exception') throw new GenerationGone(error.reason);
  throw new EngineRefusal(status, error.type, error.reason);
}
