import type { AgentEvent } from './agent-event.js';
import { agentLimits } from './agent-limits.js';
import type { AgentLimits } from './agent-limits.js';
import { AgentPages } from './agent-pages.js';
import { AgentServer } from './agent-server.js';
import type { CallerTokens } from './callers.js';
import { ControlDoor } from './control-door.js';
import type { Controlled } from './control-door.js';
import { EventLog } from './event-log.js';
import { EventStreams } from './event-streams.js';
import { ServedPlugins } from './served-plugins.js';

export interface ServingOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** The address that it listens on; this machine's own unless you say otherwise. */
  readonly listenOn?: string;
  /** Names by which a proxy calls it. */
  readonly allowedHosts?: readonly string[];
  /** Where browsers see its addresses begin, when a proxy puts them below a path: `/mortise`. */
  readonly publicPath?: string;
  readonly limits?: Partial<AgentLimits>;
  /** Told each event, from the first on. */
  readonly onEvent?: (event: AgentEvent) => void;
  /** Told what went wrong inside of the agent, or in a listener. */
  readonly onError?: (error: unknown) => void;
}

/** What serves plugins over HTTP, whatever they come from. */
export interface Serving {
  readonly limits: AgentLimits;
  readonly tokens: CallerTokens;
  readonly events: EventLog;
  readonly served: ServedPlugins;
  readonly server: AgentServer;
  readonly onError: (error: unknown) => void;
  /** Opens the control door for whoever runs it, and listens. Resolves with the address. */
  listen(controlled: Controlled): Promise<string>;
  /** Lets requests under way finish (bounded), and ends all back ends. */
  close(): Promise<void>;
}

/** Puts the parts together; nothing listens or runs yet. */
export function makeServing(options: ServingOptions, tokens: CallerTokens): Serving {
  const limits = { ...agentLimits, ...options.limits };
  const onError = options.onError ?? (() => undefined);
  const publicPath = (options.publicPath ?? '').replace(/\/+$/, '');
  const events = new EventLog(limits, onError);
  if (options.onEvent) events.listen(options.onEvent);
  const pages: AgentPages = new AgentPages(() => served.documents.importMapText);
  const places = { publicPath, mountModule: pages.mountModule };
  const served: ServedPlugins = new ServedPlugins({ limits, events, places });
  const streams = new EventStreams(events, limits);
  const control = new ControlDoor(streams, limits);
  const allowedHosts = options.allowedHosts ?? [];
  const server = new AgentServer({
    served,
    limits,
    tokens,
    control,
    pages,
    allowedHosts,
    publicPath,
    onError,
  });
  return {
    limits,
    tokens,
    events,
    served,
    server,
    onError,
    listen: (controlled) => {
      control.open(controlled);
      return server.listen(options.port ?? 0, options.listenOn ?? '127.0.0.1');
    },
    close: async () => {
      streams.close();
      const closed = server.close();
      const force = setTimeout(() => {
        server.closeAllConnections();
      }, limits.shutdownMs);
      await served.end(limits.drainMs);
      server.closeAllConnections();
      await closed;
      clearTimeout(force);
    },
  };
}
