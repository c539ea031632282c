import { randomUUID } from 'node:crypto';
import { freePort } from './free-port.js';
import { OpenSearchServer } from './opensearch-server.js';
import type { OpenSearchOptions } from './opensearch-server.js';

const askMs = 5_000;

/** Several OpenSearch nodes of one's own on this machine that are one cluster. Each can be killed and booted again. */
export class OpenSearchCluster {
  private constructor(readonly nodes: readonly OpenSearchServer[]) {}

  static async start(size = 3, options: OpenSearchOptions = {}): Promise<OpenSearchCluster> {
    const cluster = `mortise-${randomUUID()}`;
    const firstNodes = Array.from({ length: size }, (_, at) => `node-${at + 1}`);
    const transportPorts = await Promise.all(firstNodes.map(() => freePort()));
    const nodes: OpenSearchServer[] = [];
    for (const [at, node] of firstNodes.entries()) {
      const place = { node, cluster, transportPorts, firstNodes };
      const transportPort = transportPorts[at] ?? 0;
      nodes.push(await OpenSearchServer.prepare({ ...options, transportPort }, place));
    }
    const started = new OpenSearchCluster(nodes);
    const booted = await Promise.allSettled(nodes.map((node) => node.boot()));
    const failed = booted.find((one) => one.status === 'rejected');
    if (failed === undefined) return started;
    await started.stop();
    throw failed.reason;
  }

  /** All addresses, as MORTISE_SEARCH takes them. */
  get address(): string {
    return this.nodes.map(({ address }) => address).join(',');
  }

  /** The node that the others have elected to manage the cluster. */
  async manager(): Promise<OpenSearchServer> {
    for (const { address } of this.nodes) {
      const name = await managerAsToldBy(address).catch(() => undefined);
      const node = this.nodes[Number(name?.replace('node-', '')) - 1];
      if (node !== undefined) return node;
    }
    throw new Error('No node knows who manages the cluster.');
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }
}

async function managerAsToldBy(address: string): Promise<string | undefined> {
  const answer = await fetch(`${address}/_cat/cluster_manager?format=json&h=node`, {
    signal: AbortSignal.timeout(askMs),
  });
  const [row] = (await answer.json()) as { node?: string }[];
  return row?.node;
}
