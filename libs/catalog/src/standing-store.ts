import type { AuditedAct, PluginId, Version } from '#kernel';
import type { Standing } from './release.js';

export interface StandingChange {
  readonly standing: Pick<Standing, 'yanked' | 'deprecated'>;
  /** The fact, as the changes feed tells it. */
  readonly type: string;
  readonly act: AuditedAct;
}

/** Keeps what became of a release's use, as far as its publisher decides it. */
export abstract class StandingStore {
  /**
   * Makes of a release's standing what `decide` makes of it, audited and announced, in turn with all other changes;
   * nothing where that is null. Throws `plugin-not-found`, `version-not-found`.
   */
  abstract change(
    plugin: PluginId,
    version: Version,
    decide: (standing: Standing) => StandingChange | null,
  ): Promise<void>;
}
