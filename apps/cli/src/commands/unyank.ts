import type { Command } from 'commander';
import { defineCommand } from '../cli-command.js';
import { parseReleaseSpec } from '../plugin-spec.js';

/** Takes a yank back. */
export const unyank = defineCommand<object, [spec: string]>({
  name: 'unyank',
  group: 'After publishing',
  summary: 'let a yanked version be installed again',
  examples: ['mortise unyank galaxy/kubeplugin@1.2.0'],
  define: (command: Command) => command.argument('<release>', 'publisher/plugin@version'),
  run: async (context, _options, spec) => {
    const { output, signal } = context;
    const { publisher, plugin, version } = parseReleaseSpec(spec);
    const store = await context.signedInStore();
    await store.call('unyankRelease', { publisher, plugin, version }, { signal });
    output.result({ plugin: `${publisher}/${plugin}`, version, state: 'active' }, [
      `${publisher}/${plugin}@${version} is active again.`,
    ]);
  },
});
