import type { PluginId, Version } from '#kernel';
import type { Plugin } from './plugin.js';

/** One move of a channel. */
export interface ChannelMove {
  /** Null where the channel was removed. */
  readonly version: Version | null;
  /** Where it pointed before; null where it didn't exist. */
  readonly from: Version | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** A username. */
  readonly by: string;
}

export interface ChannelHistory {
  readonly name: string;
  /** Newest first, up to a limit. */
  readonly moves: readonly ChannelMove[];
}

/** Something that happened to a plugin. */
export interface CatalogChange {
  /** Rises with every change, in the order of the commits. */
  readonly sequence: number;
  /** A fact in kebab-case, e.g. `release-published`. */
  readonly type: string;
  readonly plugin: PluginId;
  readonly version: Version | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Reads what is in the catalogue; what it tells is committed. */
export abstract class PluginCatalog {
  /** With all of its releases, whatever their review. */
  abstract find(plugin: PluginId): Promise<Plugin | undefined>;
  /** A descriptor as it was published, byte for byte. */
  abstract descriptorBytes(plugin: PluginId, version: Version): Promise<Buffer | undefined>;
  /** The ids of a publisher's plugins that everybody may see, some of them where there are very many. */
  abstract visibleSiblings(publisher: string): Promise<readonly PluginId[]>;
  /** The channels that the plugin has or had, by name. */
  abstract channelHistories(plugin: PluginId): Promise<readonly ChannelHistory[]>;
  /** What everybody may hear of, oldest first: the first `limit` changes after the one numbered `sequence`. */
  abstract changesAfter(sequence: number, limit: number): Promise<readonly CatalogChange[]>;
}
