import type { Command } from 'commander';
import { defineCommand } from '../cli-command.js';
import { defineFolderOption } from '../host-folder.js';
import type { FolderOptions } from '../host-folder.js';
import { noteFailures, openHost, operate, outcomeLine, showProgress } from '../open-host.js';

/** Builds again what is damaged. */
export const repair = defineCommand<FolderOptions, [plugin: string | undefined]>({
  name: 'repair',
  group: 'Host',
  summary: 'build again, from the store, what is damaged of a plugin or of all',
  examples: ['mortise repair', 'mortise repair acme/zephyr-tool'],
  define: (command: Command) => defineFolderOption(command.argument('[plugin]', 'one plugin; without, all')),
  run: async (context, options, plugin) => {
    const host = await openHost(context, options);
    const items = await operate(context, host, {
      title: `Repairing ${plugin ?? 'what is damaged'}`,
      run: (tell) =>
        host.repair(plugin, { signal: context.signal, onProgress: showProgress(context.output, tell) }),
    });
    noteFailures(items);
    const lines = items.map((one) => outcomeLine(one.plugin, one.to, one));
    context.output.result({ items }, lines.length > 0 ? lines : ['Everything is whole.']);
  },
});
