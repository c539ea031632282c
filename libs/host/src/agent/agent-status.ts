import type { HostFolder } from '../folder/host-folder.js';
import type { FailedSwitch } from './folder-plugins.js';
import type { RunningRelease } from './running-release.js';
import type { Notice, StoreLinkStatus } from './store-link.js';
import type { ServedPlugins } from './served-plugins.js';
import type { BackendState } from './restarting-backend.js';

export interface BackendStatus {
  readonly interface: string;
  readonly state: BackendState;
  readonly pid: number | null;
  readonly restarts: number;
  readonly in_flight: number;
  /** What went wrong last, where it doesn't run. */
  readonly fault: { readonly code: string; readonly message: string } | null;
}

export interface PluginStatus {
  readonly installation: string;
  readonly plugin: string;
  readonly version: string;
  readonly trust: 'trusted' | 'untrusted';
  /** The worst of its back ends'; `running` where it has none. */
  readonly state: BackendState;
  readonly backends: readonly BackendStatus[];
  readonly registrations: readonly {
    readonly interface: string;
    readonly kind: string;
    readonly id: string;
    readonly what: unknown;
  }[];
}

/** What `GET /agent/v1/status` answers. Times are in ISO 8601. */
export interface AgentStatus {
  readonly agent: {
    readonly pid: number;
    readonly started_at: string;
    readonly folder: string;
    /** Of what is served to pages: the ETag of `/web/plugins.json`, without its quotes. */
    readonly revision: string;
  };
  readonly plugins: readonly PluginStatus[];
  /** Null where the agent was told to leave the store alone. */
  readonly store: StoreLinkStatus | null;
  /** What the folder has and the agent was told not to run. */
  readonly stopped: readonly {
    readonly installation: string;
    readonly code: string;
    readonly message: string;
  }[];
  /** What the store has to say of what is installed, as of when it was asked last. */
  readonly notices: readonly Notice[];
  /** What the folder has and could not be brought into service. */
  readonly failed: readonly FailedSwitch[];
}

interface Seen {
  readonly folder: HostFolder;
  readonly served: ServedPlugins;
  readonly plugins: {
    readonly stoppedOnes: AgentStatus['stopped'];
    readonly failedOnes: AgentStatus['failed'];
  };
  readonly link: { readonly status: StoreLinkStatus; readonly notices: readonly Notice[] } | undefined;
  readonly startedAt: string;
}

export const agentStatus = ({ folder, served, plugins, link, startedAt }: Seen): AgentStatus => ({
  agent: {
    pid: process.pid,
    started_at: startedAt,
    folder: folder.paths.root,
    revision: served.documents.revision,
  },
  store: link?.status ?? null,
  plugins: served.routes.releases.map(pluginStatus),
  stopped: plugins.stoppedOnes,
  notices: link?.notices ?? [],
  failed: plugins.failedOnes,
});

const worstFirst: readonly BackendState[] = ['given-up', 'stopped', 'waiting', 'starting', 'running'];

export function pluginStatus({ release, backends, registrations }: RunningRelease): PluginStatus {
  const { installation, plugin, version, trust } = release;
  const each = [...backends].map(([name, backend]): BackendStatus => ({
    interface: name,
    state: backend.state,
    pid: backend.pid ?? null,
    restarts: backend.restarts,
    in_flight: backend.inFlight,
    fault: backend.fault ? { code: backend.fault.code, message: backend.fault.message } : null,
  }));
  const state = worstFirst.find((one) => each.some((backend) => backend.state === one)) ?? 'running';
  return { installation, plugin, version, trust, state, backends: each, registrations: registrations.list };
}
