import type { Actor, Clock, PluginId, Version } from '#kernel';
import { replacedByItself } from './errors.js';
import type { Standing } from './release.js';
import type { StandingStore } from './standing-store.js';

/** Says "use that instead" of a release, or takes it back; it can be installed all the same. */
export class DeprecateRelease {
  constructor(
    private readonly standings: StandingStore,
    private readonly clock: Clock,
  ) {}

  /** With null the deprecation is taken back. The same again changes nothing. Throws `replaced-by-itself`. */
  async run(
    plugin: PluginId,
    version: Version,
    deprecated: Standing['deprecated'],
    actor: Actor,
  ): Promise<void> {
    if (deprecated?.replacedBy === plugin) throw replacedByItself(plugin);
    const at = this.clock.now();
    const word = deprecated === null ? 'undeprecate' : 'deprecate';
    await this.standings.change(plugin, version, (standing) => {
      if (isSame(standing.deprecated, deprecated)) return null;
      return {
        standing: { yanked: standing.yanked, deprecated },
        type: `release-${word}d`,
        act: {
          actor,
          action: `${word}-release`,
          target: `plugin:${plugin}@${version}`,
          reason: deprecated?.message ?? null,
          details: deprecated === null ? {} : { replaced_by: deprecated.replacedBy },
          at,
        },
      };
    });
  }
}

const isSame = (a: Standing['deprecated'], b: Standing['deprecated']): boolean =>
  a?.message === b?.message && a?.replacedBy === b?.replacedBy;
