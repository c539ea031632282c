import type { DeclaredRefusal } from '../platform/contract/refuses.js';

export const pluginUnknown: DeclaredRefusal = {
  kind: 'not-found',
  code: 'plugin-not-found',
  when: 'There is no such plugin, or nothing of it that the caller may see.',
};

export const versionUnknown: DeclaredRefusal = {
  kind: 'not-found',
  code: 'version-not-found',
  when: 'The plugin has no such version or channel that the caller may see: `nearest` may name one.',
};

/** What following `latest` or a channel can come upon. */
export const channelRefusals: readonly DeclaredRefusal[] = [
  pluginUnknown,
  versionUnknown,
  { kind: 'conflict', code: 'yanked', when: 'The channel points to a release that was yanked since.' },
  {
    kind: 'conflict',
    code: 'quarantined',
    when: 'The channel points to a release that was quarantined since.',
  },
];
