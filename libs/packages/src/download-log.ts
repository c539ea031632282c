import type { PluginId } from '#kernel';

/** How often the bytes of a file were fetched whole on one day. */
export interface Downloads {
  readonly sha256: string;
  /** In UTC, `2026-01-31`. */
  readonly day: string;
  readonly count: number;
}

/** Keeps how often releases were fetched. */
export abstract class DownloadLog {
  /**
   * Counts each file for the newest approved release that has it as code (an icon or a lock is none), and not at all where
   * no release has it. One write for all, which a loss of power may take back. Resolves with the plugins of the releases.
   */
  abstract add(downloads: readonly Downloads[]): Promise<readonly PluginId[]>;
  /** Lets whatever shows the counts of the plugins, search among them, read these anew. The public feed has no word of it. */
  abstract announce(plugins: readonly PluginId[]): Promise<void>;
}
