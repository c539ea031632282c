import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { describeOnOpenSearch } from './engines.js';
import { OpenSearchCluster } from './opensearch-cluster.js';
import { openSearchBootMs } from './opensearch-server.js';

describeOnOpenSearch('a cluster of three OpenSearch nodes', () => {
  let cluster: OpenSearchCluster;
  const electionMs = 60_000;

  beforeAll(async () => {
    cluster = await OpenSearchCluster.start(3);
  }, openSearchBootMs);

  afterAll(() => cluster.stop(), electionMs);

  const nodeCount = async (address: string): Promise<number> => {
    const answer = await fetch(`${address}/_cluster/health`);
    return ((await answer.json()) as { number_of_nodes: number }).number_of_nodes;
  };

  it(
    'elects another manager when the elected one is killed, and takes it back',
    async () => {
      const first = await cluster.manager();
      await first.kill();
      const other = cluster.nodes.find((node) => node !== first)!;
      let second = first;
      for (const end = Date.now() + electionMs; second === first && Date.now() < end; await pause(200)) {
        second = await cluster.manager().catch(() => first);
      }
      expect(second).not.toBe(first);
      await first.boot();
      expect(await nodeCount(other.address)).toBe(3);
    },
    electionMs + openSearchBootMs,
  );
});
