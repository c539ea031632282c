import { IsString, MaxLength } from '../platform/requests/body-rules.js';
import { latestChannel, stateOf, stateReasonOf } from '#catalog';
import type { ChannelHistory, Plugin } from '#catalog';
import { limits } from '#kernel';
import { ApiProperty } from '../platform/contract/api-decorators.js';

export class MoveChannelBody {
  @ApiProperty({ description: 'An exact version.', example: '1.1.0-beta.1' })
  @IsString()
  @MaxLength(limits.versionRangeCharacters)
  version!: string;
}

export class ChannelMoveBody {
  @ApiProperty({ type: String, nullable: true, description: 'Null where the channel was removed.' })
  version!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Where it pointed before.' })
  from!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  at!: string;

  @ApiProperty({ description: 'A username.', example: 'ada' })
  by!: string;
}

export class ChannelBody {
  @ApiProperty({ example: 'beta' })
  name!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null where it was removed, or points nowhere.' })
  version!: string | null;

  @ApiProperty({
    enum: ['active', 'yanked', 'quarantined'],
    type: String,
    nullable: true,
    description: 'Of the version: a channel that points to what was withdrawn is answered with 409.',
  })
  state!: string | null;

  @ApiProperty({ type: String, nullable: true })
  state_reason!: string | null;

  @ApiProperty({ description: 'Whether the store computes it: only `latest` is.', example: false })
  computed!: boolean;

  @ApiProperty({ type: [ChannelMoveBody], description: 'Newest first, the last hundred.' })
  history!: ChannelMoveBody[];
}

export class ChannelListBody {
  @ApiProperty({ type: [ChannelBody], description: '`latest`, then those that were set, by name.' })
  items!: ChannelBody[];

  @ApiProperty({ type: String, nullable: true, description: 'Always null: all are told.' })
  next!: null;
}

/** The channels of a plugin as its viewer sees it: of what they can't see, no move is told. */
export function channelListBody(plugin: Plugin, histories: readonly ChannelHistory[]): ChannelListBody {
  const seen = new Set(plugin.releases.map(({ version }) => version));
  const isSeen = (version: string | null) => version === null || seen.has(version);
  const set = histories
    .map(({ name, moves }) => ({
      name,
      history: moves
        .filter(({ version, from }) => isSeen(version) && !(version === null && !isSeen(from)))
        .map(({ version, from, at, by }) => ({
          version,
          from: isSeen(from) ? from : null,
          at: new Date(at).toISOString(),
          by,
        })),
    }))
    .filter(({ history }) => history.length > 0)
    .map(({ name, history }) => channelBody(plugin, name, plugin.channels.get(name) ?? null, history));
  return { items: [channelBody(plugin, latestChannel, plugin.latest, []), ...set], next: null };
}

function channelBody(
  plugin: Plugin,
  name: string,
  version: string | null,
  history: ChannelMoveBody[],
): ChannelBody {
  const release = plugin.releases.find((candidate) => candidate.version === version);
  return {
    name,
    version,
    state: release ? stateOf(release.standing) : null,
    state_reason: release ? stateReasonOf(release.standing) : null,
    computed: name === latestChannel,
    history,
  };
}
