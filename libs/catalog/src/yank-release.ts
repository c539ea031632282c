import type { Actor, Clock, PluginId, Version } from '#kernel';
import type { StandingStore } from './standing-store.js';

/** Says "no new installs" of a release, or takes it back. A quarantine stands above it and stays as it is. */
export class YankRelease {
  constructor(
    private readonly standings: StandingStore,
    private readonly clock: Clock,
  ) {}

  /** With null the yank is taken back. The same again changes nothing. */
  async run(plugin: PluginId, version: Version, reason: string | null, actor: Actor): Promise<void> {
    const at = this.clock.now();
    const word = reason === null ? 'unyank' : 'yank';
    await this.standings.change(plugin, version, ({ yanked, deprecated }) => {
      if ((yanked?.reason ?? null) === reason) return null;
      return {
        standing: { yanked: reason === null ? null : { reason, at: yanked?.at ?? at }, deprecated },
        type: `release-${word}ed`,
        act: {
          actor,
          action: `${word}-release`,
          target: `plugin:${plugin}@${version}`,
          reason,
          details: {},
          at,
        },
      };
    });
  }
}
