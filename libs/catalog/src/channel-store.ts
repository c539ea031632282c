import type { AuditedAct, PluginId, Version } from '#kernel';
import type { Standing } from './release.js';

/** Keeps where channels point, and every move. */
export abstract class ChannelStore {
  /**
   * Points a channel, in turn with all other moves. `check` sees the release's standing as of that moment, and may
   * throw. Pointing it where it points changes nothing. Throws `plugin-not-found`, `version-not-found`.
   */
  abstract point(
    channel: { readonly plugin: PluginId; readonly name: string },
    version: Version,
    check: (standing: Standing) => void,
    act: AuditedAct,
  ): Promise<void>;
  /** Takes a channel away, and keeps its history. Whether there is or was one of that name. */
  abstract remove(
    channel: { readonly plugin: PluginId; readonly name: string },
    act: AuditedAct,
  ): Promise<boolean>;
}
