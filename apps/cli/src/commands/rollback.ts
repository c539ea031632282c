import type { Command } from 'commander';
import { defineCommand } from '../cli-command.js';
import { defineFolderOption } from '../host-folder.js';
import type { FolderOptions } from '../host-folder.js';
import { noteFailures, openHost, operate, outcomeLine, showProgress } from '../open-host.js';

/** Takes a plugin back to what served before. */
export const rollback = defineCommand<FolderOptions, [plugin: string]>({
  name: 'rollback',
  group: 'Host',
  summary: 'take a plugin back to the release that served before, and pin it there',
  examples: ['mortise rollback acme/zephyr-tool'],
  define: (command: Command) =>
    defineFolderOption(
      command.argument('<plugin>', 'publisher/plugin[@version], or the id of one installation'),
    ),
  run: async (context, options, plugin) => {
    const host = await openHost(context, options);
    const items = await operate(context, host, {
      title: `Rolling ${plugin} back`,
      run: (tell) =>
        host.rollback(plugin, { signal: context.signal, onProgress: showProgress(context.output, tell) }),
    });
    noteFailures(items);
    context.output.result(
      { items },
      items.map((one) => outcomeLine(one.plugin, one.to, one)),
    );
  },
});
