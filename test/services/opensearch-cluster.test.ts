import { afterAll, beforeAll, it } from '@jest/globals';
import { eventually } from '#testing';
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
      await eventually(async () => (await cluster.manager()) !== first, electionMs);
      await first.boot();
      await eventually(async () => (await nodeCount(other.address)) === 3);
    },
    electionMs + openSearchBootMs,
  );
});
