import type { Actor, Clock, PluginId, Version } from '#kernel';
import { parseChannelName } from './channel-name.js';
import type { ChannelStore } from './channel-store.js';
import { channelNotFound, releaseNotActive, releaseNotApproved } from './errors.js';
import { stateOf } from './release.js';
import type { Standing } from './release.js';

/** Points channels to releases that everybody may install. */
export class MoveChannel {
  constructor(
    private readonly channels: ChannelStore,
    private readonly clock: Clock,
  ) {}

  /** Points the channel to `version`, or with null takes it away. Throws `channel-computed`, `invalid-channel`. */
  async run(plugin: PluginId, written: string, version: Version | null, actor: Actor): Promise<void> {
    const name = parseChannelName(written);
    const act = {
      actor,
      action: version === null ? 'remove-channel' : 'move-channel',
      target: `plugin:${plugin}`,
      reason: null,
      details: { channel: name, version },
      at: this.clock.now(),
    };
    if (version === null) {
      if (!(await this.channels.remove({ plugin, name }, act))) throw channelNotFound(plugin, name);
      return;
    }
    await this.channels.point(
      { plugin, name },
      version,
      (standing) => requireInstallable(plugin, version, standing),
      act,
    );
  }
}

function requireInstallable(plugin: PluginId, version: Version, standing: Standing): void {
  if (standing.review !== 'approved') throw releaseNotApproved(plugin, version, standing.review);
  if (stateOf(standing) !== 'active') throw releaseNotActive(plugin, version, standing);
}
