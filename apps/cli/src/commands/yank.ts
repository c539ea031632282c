import type { Command } from 'commander';
import { defineCommand } from '../cli-command.js';
import { parseReleaseSpec } from '../plugin-spec.js';

/** Withdraws a release from new installs. */
export const yank = defineCommand<{ readonly reason: string }, [spec: string]>({
  name: 'yank',
  group: 'After publishing',
  summary: 'take a version out of what is newly installed; who has it keeps it',
  examples: ['mortise yank galaxy/kubeplugin@1.2.0 --reason "Loses data when it is upgraded."'],
  define: (command: Command) =>
    command
      .argument('<release>', 'publisher/plugin@version')
      .requiredOption('--reason <sentence>', 'why; hosts and people are shown it'),
  run: async (context, { reason }, spec) => {
    const { output, signal } = context;
    const { publisher, plugin, version } = parseReleaseSpec(spec);
    const store = await context.signedInStore();
    await store.call('yankRelease', { publisher, plugin, version, body: { reason } }, { signal });
    output.result({ plugin: `${publisher}/${plugin}`, version, state: 'yanked', reason }, [
      `${publisher}/${plugin}@${version} is yanked. \`mortise unyank\` takes that back.`,
    ]);
  },
});
