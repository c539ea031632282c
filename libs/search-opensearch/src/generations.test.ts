import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { limits } from '#kernel';
import { describeOnOpenSearch } from '../../../test/services/engines.js';
import { testOpenSearch } from '../../../test/services/test-search.js';
import { Generations } from './generations.js';
import { IndexNames } from './index-names.js';
import { OpenSearchConnection } from './opensearch-connection.js';

describeOnOpenSearch('two versions of the store that share an OpenSearch', () => {
  let connection: OpenSearchConnection;
  let prefix: string;
  let before: Generations;
  let now: Generations;

  beforeAll(() => {
    const addresses = [testOpenSearch!];
    connection = new OpenSearchConnection({
      addresses,
      credentials: null,
      certificateFile: null,
      prefix: null,
    });
  });
  beforeEach(async () => {
    prefix = `test-${randomUUID().slice(0, 8)}`;
    before = new Generations(connection, new IndexNames(prefix, '0badcafe'));
    now = new Generations(connection, new IndexNames(prefix));
    for (const generations of [before, now]) await make(generations);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await fetch(`${testOpenSearch}/${prefix}-*`, { method: 'DELETE' });
  });
  afterAll(() => connection.close());

  async function make(generations: Generations): Promise<void> {
    const made = await generations.begin(7);
    await generations.swap(made);
  }

  /** What there is of the version before. */
  async function left(): Promise<string[]> {
    const answer = await fetch(`${testOpenSearch}/_cat/indices/${prefix}-*-0badcafe-*?format=json`);
    const found = (await answer.json()) as { index: string }[];
    return found.map(({ index }) => index.slice(prefix.length + 1).split('-')[0]!).sort();
  }

  const dropTerms = () => fetch(`${testOpenSearch}/${prefix}-terms-0badcafe-*`, { method: 'DELETE' });

  function pass(ms: number): void {
    const at = Date.now() + ms;
    jest.spyOn(Date, 'now').mockImplementation(() => at);
  }

  it('leave each other what somebody looks after, and delete it a day after the last look', async () => {
    await now.retire();
    pass(limits.openSearchUnseenMs - 60_000);
    await now.retire();
    expect(await left()).toEqual(['plugins', 'terms']);
    await (await before.current())?.reach(7);
    pass(limits.openSearchUnseenMs - 60_000);
    await now.retire();
    expect(await left()).toEqual(['plugins', 'terms']);
    pass(120_000);
    await now.retire();
    expect(await left()).toEqual([]);
  });

  it('leave it also while its terms are gone, which whoever uses it makes again', async () => {
    await dropTerms();
    pass(2 * limits.openSearchUnseenMs);
    await now.retire();
    expect(await left()).toEqual(['plugins']);
    await before.current();
    pass(limits.openSearchUnseenMs - 60_000);
    await now.retire();
    expect(await left()).toEqual(['plugins', 'terms']);
  });

  it('delete it where its terms are gone and nobody made them again for a day', async () => {
    await dropTerms();
    await now.retire();
    expect(await left()).toEqual(['plugins']);
    pass(limits.openSearchUnseenMs + 60_000);
    await now.retire();
    expect(await left()).toEqual([]);
  });

  it('count the silence of one that was deleted and made again from the beginning', async () => {
    await dropTerms();
    await now.retire();
    await fetch(`${testOpenSearch}/${prefix}-plugins-0badcafe-*`, { method: 'DELETE' });
    await now.retire();
    await make(before);
    await dropTerms();
    pass(limits.openSearchUnseenMs + 60_000);
    await now.retire();
    expect(await left()).toEqual(['plugins']);
  });
});
