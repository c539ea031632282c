import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';

const run = promisify(execFile);
const scripts = fileURLToPath(new URL('../../../test/services/opensearch/', import.meta.url));
/** Where the server is kept from one run to the next; fetched when it isn't there. */
const home = process.env['OPENSEARCH_HOME'] ?? join(homedir(), '.cache', 'mortise-opensearch');
const provisionMs = 600_000;
const healthyWithinS = 400;
/** One takes some 20 s of a processor to start, three of them on two busy ones minutes. */
export const openSearchBootMs = 420_000;
const stopMs = 30_000;

export interface OpenSearchOptions {
  /** `small` starts fast and takes little; `server` has the compiler and collector that figures are made with. */
  readonly profile?: 'small' | 'server';
  /** As Java writes it: `512m`. */
  readonly heap?: string;
  readonly port?: number;
  readonly transportPort?: number;
  /** Further lines of `opensearch.yml`. */
  readonly settings?: readonly string[];
}

/** What a node of a cluster is told of the others. */
export interface ClusterPlace {
  readonly node: string;
  readonly cluster: string;
  readonly transportPorts: readonly number[];
  readonly firstNodes: readonly string[];
}

/** Fetches the server of `npm run test:services` where this machine lacks it: Maven and Java are found or installed. */
export async function provisionOpenSearch(): Promise<void> {
  await run('bash', [join(scripts, 'provision.sh'), home], { timeout: provisionMs });
}

/** An OpenSearch node of one's own on free ports of this machine, with its data in a new folder that goes with it. */
export class OpenSearchServer {
  private constructor(
    private readonly folder: string,
    private readonly environment: Readonly<Record<string, string>>,
    readonly address: string,
  ) {}

  /** Starts a node that is a cluster by itself, and waits until it is healthy. */
  static async start(options: OpenSearchOptions = {}): Promise<OpenSearchServer> {
    const server = await OpenSearchServer.prepare(options);
    try {
      await server.boot();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** A node that is still to be booted; as a part of a cluster where `place` says so. */
  static async prepare(options: OpenSearchOptions = {}, place?: ClusterPlace): Promise<OpenSearchServer> {
    await provisionOpenSearch();
    const folder = mkdtempSync(join(tmpdir(), 'mortise-opensearch-'));
    // The server refuses to run as root, and drops to a user that must reach it.
    chmodSync(folder, 0o755);
    const port = options.port ?? (await freePort());
    const transportPort = options.transportPort ?? (await freePort());
    const environment = {
      OPENSEARCH_HOME: home,
      OPENSEARCH_DATA: folder,
      OPENSEARCH_PORT: String(port),
      OPENSEARCH_TRANSPORT_PORT: String(transportPort),
      OPENSEARCH_PROFILE: options.profile ?? 'small',
      OPENSEARCH_HEAP: options.heap ?? '512m',
      OPENSEARCH_SETTINGS: (options.settings ?? []).join('\n'),
      OPENSEARCH_WAIT_S: String(healthyWithinS),
      ...(place && {
        OPENSEARCH_NODE_NAME: place.node,
        OPENSEARCH_CLUSTER_NAME: place.cluster,
        OPENSEARCH_SEED_PORTS: place.transportPorts.join(','),
        OPENSEARCH_INITIAL_NODES: place.firstNodes.join(','),
      }),
    };
    return new OpenSearchServer(folder, environment, `http://127.0.0.1:${port}`);
  }

  get pid(): number {
    return Number(readFileSync(this.pidFile, 'utf8'));
  }

  private get pidFile(): string {
    return join(this.folder, 'opensearch.pid');
  }

  /** Starts it, also after `kill`, on the same data and ports, and waits until it is healthy. */
  async boot(): Promise<void> {
    await run('bash', [join(scripts, 'run.sh')], {
      env: { ...process.env, ...this.environment },
      timeout: openSearchBootMs,
    });
  }

  /** As a loss of power would: SIGKILL. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Holds it still without ending it, and lets it go on: its connections stay open, and nothing is answered. */
  pause(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  resume(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    // One that never came up has none.
    const pid = existsSync(this.pidFile) ? this.pid : undefined;
    if (pid === undefined || !isRunning(pid)) return;
    process.kill(pid, signal);
    const end = Date.now() + stopMs;
    while (isRunning(pid) && Date.now() < end) await pause(50);
    if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
