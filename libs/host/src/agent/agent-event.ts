import type { PluginId } from '#kernel';

/** What happens to plugins, as hosts are told it. */
export type AgentEventType =
  /** A release answers now that didn't before. */
  | 'loaded'
  /** It answers no more; what it registered has been taken back. */
  | 'unloaded'
  /** Another release of an installation answers, in one step. `data.from` is the version before. */
  | 'updated'
  /** The store has a newer release that suits this host. `data.to`, `data.message`. */
  | 'update-available'
  /** A development folder changed and was loaded anew. */
  | 'reloaded'
  /** Something is wrong that somebody should know. `data.code`, `data.message`. */
  | 'warning'
  /** A release could not be started, or an update was refused; `data.code`, `data.message`. */
  | 'failed'
  /** The plugin wants the host to know something. `data.source` is the method that yielded `data.event`. */
  | 'plugin-event'
  /** How far a call has come. `data.request_id`, `data.source`, `data.done`, `data.total`, `data.message`. */
  | 'progress'
  /** The plugin brings something into the host. `data.kind`, `data.id`, `data.what`. */
  | 'registered'
  /** And takes it back, or it is taken back since the plugin ended. `data.kind`, `data.id`. */
  | 'unregistered'
  /** For readers of the stream only: events were missed, so read the status anew. */
  | 'reset';

/** Which part of which plugin it is about. */
export interface EventSubject {
  readonly installation: string;
  readonly plugin: PluginId;
  readonly version: string;
  readonly interface?: string;
}

/** What happened, to what, when. */
export interface AgentEvent {
  /** Rises by one; new events of a new process begin at 1 again, which the stream's ids tell apart. */
  readonly sequence: number;
  readonly type: AgentEventType;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly installation: string | null;
  readonly plugin: PluginId | null;
  readonly version: string | null;
  readonly interface: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}
