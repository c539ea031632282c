import { sha256Hex } from '#kernel';

/** The OpenSearch node that tests share; undefined where they use the engine in the store. */
export const testOpenSearch = process.env['TEST_OPENSEARCH'];

/** Where the search of a test's data folder is, unless it is in that folder: indices of its own on the shared node. */
export function searchSetting(folder: string): { MORTISE_SEARCH?: string } {
  return testOpenSearch === undefined
    ? {}
    : { MORTISE_SEARCH: `${testOpenSearch}?prefix=${prefixOf(folder)}` };
}

export async function dropTestSearch(folder: string): Promise<void> {
  if (testOpenSearch === undefined) return;
  await fetch(`${testOpenSearch}/${prefixOf(folder)}-*`, { method: 'DELETE' });
}

const prefixOf = (folder: string): string => `test-${sha256Hex(folder).slice(0, 16)}`;
