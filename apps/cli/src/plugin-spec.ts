import { CliFailure } from './cli-failure.js';

export interface PluginSpec {
  readonly publisher: string;
  readonly plugin: string;
  /** An exact version, a range or a channel; undefined where the person wrote none. */
  readonly version: string | undefined;
}

/** `publisher/plugin`, with `@version` where one is meant; throws CliFailure for anything else. */
export function parsePluginSpec(written: string): PluginSpec {
  const [, publisher, plugin, version] = /^([^/@\s]+)\/([^/@]+)(?:@(.+))?$/.exec(written.trim()) ?? [];
  if (publisher !== undefined && plugin !== undefined) return { publisher, plugin, version };
  throw new CliFailure(
    'plugin-unclear',
    `"${written}" names no plugin: write publisher/plugin, or publisher/plugin@version.`,
    'usage',
  );
}

/** As `parsePluginSpec`, with a version that can't be left out. */
export function parseReleaseSpec(written: string): PluginSpec & { readonly version: string } {
  const { publisher, plugin, version } = parsePluginSpec(written);
  if (version !== undefined) return { publisher, plugin, version };
  throw new CliFailure(
    'version-missing',
    `Which version? Write ${publisher}/${plugin}@1.2.3; \`mortise versions ${publisher}/${plugin}\` lists them.`,
    'usage',
  );
}
