import type { Command } from 'commander';
import { defineCommand } from '../cli-command.js';
import { CliFailure } from '../cli-failure.js';
import { parseReleaseSpec } from '../plugin-spec.js';

interface DeprecateOptions {
  readonly by?: string;
  readonly undo?: boolean;
}

/** Says that something else should be used; what is deprecated can still be installed. */
export const deprecate = defineCommand<DeprecateOptions, [spec: string, message: string | undefined]>({
  name: 'deprecate',
  group: 'After publishing',
  summary: 'say that a version should not be used any more, and what instead',
  examples: [
    'mortise deprecate galaxy/kubeplugin@1.0.0 "Use kube-next." --by galaxy/kube-next',
    'mortise deprecate galaxy/kubeplugin@1.0.0 --undo',
  ],
  define: (command: Command) =>
    command
      .argument('<release>', 'publisher/plugin@version')
      .argument('[message]', 'what people are told')
      .option('--by <plugin>', 'the plugin to use instead')
      .option('--undo', 'take it back'),
  run: async (context, { by, undo = false }, spec, message) => {
    const { output, signal } = context;
    const { publisher, plugin, version } = parseReleaseSpec(spec);
    const release = { publisher, plugin, version };
    if ((message === undefined) !== undo) {
      throw new CliFailure('usage', 'Give either a message, or --undo.', 'usage');
    }
    const store = await context.signedInStore();
    if (message === undefined) await store.call('undeprecateRelease', release, { signal });
    else {
      const body = { message, ...(by !== undefined && { replaced_by: by }) };
      await store.call('deprecateRelease', { ...release, body }, { signal });
    }
    const deprecated = message === undefined ? null : { message, replaced_by: by ?? null };
    output.result({ plugin: `${publisher}/${plugin}`, version, deprecated }, [
      `${publisher}/${plugin}@${version} is ${undo ? 'not deprecated any more' : 'deprecated'}.`,
    ]);
  },
});
