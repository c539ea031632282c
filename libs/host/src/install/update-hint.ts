import type { InstallationState } from '../folder/host-state.js';

/** What to do about a version that did not come, where another serves: what is pinned goes nowhere unless it is named. */
export const updateHint = (
  name: string,
  { pinned, range, channel }: Pick<InstallationState, 'pinned' | 'range' | 'channel'>,
  version: string,
): string =>
  pinned
    ? `\`mortise update ${name}@${version}\` tries it again`
    : `\`mortise update ${name}\` tries again what is newest${range === null && channel === null ? '' : ` of ${range ?? channel ?? ''}`}`;
