import { rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { normalizeName, pluginId } from '#kernel';
import { findAgentFile } from '../folder/agent-file.js';
import { HostFolder } from '../folder/host-folder.js';
import { namedReleases } from '../folder/host-state.js';
import type { FolderLock } from '../folder/folder-lock.js';
import { writeDurably } from '../folder/write-durably.js';
import { HostError } from '../host-error.js';
import { Host } from '../host.js';
import { sharedUserWarning } from '../runners/backend-user.js';
import type { AgentEvent } from './agent-event.js';
import { agentStatus } from './agent-status.js';
import type { AgentStatus } from './agent-status.js';
import { actionHeaders, actionMessage, actionOutput, actionPath } from './call-action.js';
import { openCallerTokens } from './callers.js';
import { FolderPlugins } from './folder-plugins.js';
import { makeRunners } from './make-runners.js';
import type { Runners } from './make-runners.js';
import { readLogLines } from './plugin-logs.js';
import { makeServing } from './serving.js';
import type { Serving, ServingOptions } from './serving.js';
import { StoreLink } from './store-link.js';
import type { ImportMap } from './web-documents.js';

export interface AgentOptions extends ServingOptions {
  /** What runs back ends; by default processes and containers of this machine. */
  readonly runners?: Runners;
  /** How often the store is asked for this host's list and updates; 0 leaves it alone. A minute unless you say otherwise. */
  readonly pollEveryMs?: number;
}

/**
 * Runs the plugins of a host's folder, and answers for them: over HTTP on this machine's own address, and for a Node
 * host that embeds it, from the host's own server.
 */
export class Agent {
  private constructor(
    /** `http://127.0.0.1:4180` */
    readonly address: string,
    private readonly parts: Parts,
  ) {}

  /**
   * Starts what is installed in the folder. Resolves when everything has been tried; what failed is told as an event and
   * tried again. Throws `no-host-folder`, `folder-busy` when another agent runs on it.
   */
  static async start(path: string, options: AgentOptions = {}): Promise<Agent> {
    const folder = await HostFolder.open(path);
    const lock = await folder.lock('agent').catch((error: unknown) => {
      const { address, pid } = findAgentFile(folder) ?? {};
      if (address === undefined) throw error;
      const message = `An agent runs on this folder already, at ${address} (process ${pid}): use it, or end it first with \`kill ${pid}\`.`;
      throw new HostError('folder-busy', message, { cause: error });
    });
    try {
      return await startLocked(folder, lock, options);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Makes an agent of its parts, once they run. */
  static of(address: string, parts: Parts): Agent {
    return new Agent(address, parts);
  }

  /** A link that lets a browser into the agent's own pages. */
  get link(): string {
    return `${this.address}/#key=${this.parts.serving.tokens.page}`;
  }

  /** What the host's own server proves itself with, in `Mortise-Agent-Token`. */
  get callToken(): string {
    return this.parts.serving.tokens.host;
  }

  /** The map for the host's pages (`<script type="importmap">`), as it is now. */
  get importMap(): ImportMap {
    return this.parts.serving.served.documents.importMap;
  }

  status(): AgentStatus {
    return this.parts.status();
  }

  /** Tells each event from now on, in order, before the next one happens. Returns what ends it. */
  onEvent(listener: (event: AgentEvent) => void): () => void {
    return this.parts.serving.events.listen(listener);
  }

  /**
   * Answers a request to `/plugins/` or `/web/` that came to the host's own server. Who may send it is the host's to
   * decide, beforehand. False when the request is for neither.
   */
  handle(request: IncomingMessage, answer: ServerResponse): boolean {
    return this.parts.serving.server.answerForHost(request, answer);
  }

  /** The same for the `upgrade` event of the host's own server. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    return this.parts.serving.server.upgradeForHost(request, socket, head);
  }

  /**
   * Calls an action of `publisher/plugin[:interface][@version]`. Throws HostError: `action-failed` with what the plugin
   * said, `not-serving` where no back end takes it.
   */
  async call(plugin: string, action: string, input: unknown = {}): Promise<unknown> {
    const { served, limits } = this.parts.serving;
    const [, publisher = '', name = '', word = null, version = null] =
      /^([^/]+)\/([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(plugin) ?? [];
    const id = pluginId(normalizeName(publisher), normalizeName(name));
    const route = served.routes.find({ plugin: id, interface: word, version });
    if ('code' in route) throw new HostError(route.code, route.message);
    const lease = route.backend.lease();
    if (!lease)
      throw new HostError('not-serving', `The back end of ${id} is ${route.backend.state}: try again.`);
    try {
      const answer = await lease.connection.ask({
        method: 'POST',
        path: actionPath(action),
        headers: actionHeaders,
        body: actionMessage(action, input),
        timeoutMs: Math.max(
          limits.answerMs,
          route.backend.backend.limits.callTimeoutMs + limits.answerGraceMs,
        ),
        mostBytes: limits.callAnswerBytes,
        signal: lease.ended,
      });
      return actionOutput(answer);
    } finally {
      lease.release();
    }
  }

  /** Follows what the folder says now. */
  reload(): Promise<void> {
    return this.parts.plugins.follow();
  }

  /** Lets requests under way finish (bounded), ends all back ends, and gives the folder free. */
  async close(): Promise<void> {
    const { link, plugins, serving, folder, lock } = this.parts;
    await link?.stop();
    await plugins.close();
    await serving.close();
    await rm(folder.paths.agentFile, { force: true });
    lock.release();
  }
}

interface Parts {
  readonly folder: HostFolder;
  readonly lock: FolderLock;
  readonly serving: Serving;
  readonly plugins: FolderPlugins;
  readonly link: StoreLink | undefined;
  status(): AgentStatus;
}

async function startLocked(folder: HostFolder, lock: FolderLock, options: AgentOptions): Promise<Agent> {
  // Of one that was killed: nobody is to find it while this one starts.
  await rm(folder.paths.agentFile, { force: true });
  const { settings } = await folder.readHost();
  const proxied = settings.public_address === null ? undefined : new URL(settings.public_address);
  const own = {
    publicPath: options.publicPath ?? proxied?.pathname ?? '',
    allowedHosts: [...(options.allowedHosts ?? []), ...(proxied ? [proxied.host] : [])],
  };
  const serving = makeServing({ ...options, ...own }, openCallerTokens(folder.paths.agentSecret));
  const { served, events, limits, tokens } = serving;
  const runners = options.runners ?? makeRunners(settings);
  const plugins = new FolderPlugins({ folder, served, events, runners, limits });
  const link = await linkToStore(folder, plugins, serving, options);
  const startedAt = new Date().toISOString();
  const status = () => agentStatus({ folder, served, plugins, link, startedAt });
  const address = await serving.listen({
    status,
    switchTo: (id) => plugins.switchTo(id),
    reload: async () => {
      await plugins.follow();
      return status();
    },
    restart: (id) => plugins.restart(id),
    logs: (id, lines) => readLogLines(folder.paths.logs(id), lines),
  });
  try {
    for (const runner of runners.all) await runner.removeLeftovers(folder.paths.runFolder);
    const file = { address, pid: process.pid, control_token: tokens.control, call_token: tokens.host };
    await writeDurably(folder.paths.agentFile, `${JSON.stringify(file)}\n`);
    await warnOfSharedUser(folder, serving);
    await plugins.follow();
  } catch (error) {
    await link?.stop();
    await serving.close();
    throw error;
  }
  link?.start();
  return Agent.of(address, { folder, lock, serving, plugins, link, status });
}

async function warnOfSharedUser(folder: HostFolder, { events }: Serving): Promise<void> {
  const message = sharedUserWarning(process.getuid?.());
  const releases = namedReleases(await folder.readState());
  if (message !== undefined && releases.some(({ isolation }) => isolation === 'process'))
    events.add('warning', null, { code: 'shared-user', message });
}

async function linkToStore(
  folder: HostFolder,
  plugins: FolderPlugins,
  { events, limits, onError }: Serving,
  { pollEveryMs = limits.pollEveryMs }: AgentOptions,
): Promise<StoreLink | undefined> {
  if (pollEveryMs === 0) return undefined;
  const { root } = folder.paths;
  await Host.open(root);
  // Opened anew each time: the host's key, its store's address and its settings may have been changed in the folder.
  const host: Pick<Host, 'follow' | 'tidy'> = {
    follow: async (...asked) => (await Host.open(root)).follow(...asked),
    tidy: async (...asked) => (await Host.open(root)).tidy(...asked),
  };
  return new StoreLink({ folder, host, plugins, events, limits, pollEveryMs, onError });
}
