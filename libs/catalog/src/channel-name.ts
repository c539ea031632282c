import { isVersionRange } from '#kernel';
import { latestChannel } from './choose-version.js';
import { channelComputed, invalidChannel } from './errors.js';

const shape = /^[a-z][a-z0-9-]{0,31}$/;

/** A channel's name that can be pointed. Throws `channel-computed` for `latest`, and `invalid-channel`. */
export function parseChannelName(text: string): string {
  if (text === latestChannel) throw channelComputed();
  // A name that reads as a version or a range (x, v1) would mean two things where either may stand.
  if (!shape.test(text) || isVersionRange(text)) throw invalidChannel(text);
  return text;
}
