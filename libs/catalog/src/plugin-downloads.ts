import type { Page, PageRequest, PluginId, Version } from '#kernel';

/** How often the code of a version was fetched on a day. */
export interface DailyDownloads {
  /** In UTC, `2026-01-31`. */
  readonly day: string;
  readonly version: Version;
  readonly count: number;
}

/** A span of days in UTC, both of them in it. */
export interface DaySpan {
  readonly from: string;
  readonly to: string;
}

/** Reads how often plugins were fetched. What was fetched in the last seconds may be missing. */
export abstract class PluginDownloads {
  /** By version; versions that nobody fetched are missing. */
  abstract totals(plugin: PluginId): Promise<ReadonlyMap<Version, number>>;
  /** Of approved versions: the newest day first, and of a day the versions in the order of their text. Throws `invalid-cursor`. */
  abstract daily(plugin: PluginId, span: DaySpan, page: PageRequest): Promise<Page<DailyDownloads>>;
}
