import { limits, LoadedCache } from '#kernel';
import type { KeyStore, PluginKeyFacts } from '#install';

/** Plugin keys by digest, from memory until a commit changes them: hosts ask at every call of a plugin. */
export class PluginKeys extends LoadedCache<PluginKeyFacts> {
  constructor(keys: KeyStore) {
    super(limits.pluginKeysInMemory, (sha256) => keys.findPluginKey(sha256));
  }
}
