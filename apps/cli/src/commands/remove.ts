import type { Command } from 'commander';
import { defineCommand } from '../cli-command.js';
import { defineFolderOption } from '../host-folder.js';
import type { FolderOptions } from '../host-folder.js';
import { openHost, operate, showProgress } from '../open-host.js';

interface RemoveOptions extends FolderOptions {
  readonly all?: boolean;
}

/** Removes a plugin from the host. */
export const remove = defineCommand<RemoveOptions, [plugin: string]>({
  name: 'remove',
  group: 'Host',
  summary: 'remove a plugin from this host: its keys end, its data and logs are deleted',
  examples: ['mortise remove acme/zephyr-tool'],
  define: (command: Command) =>
    defineFolderOption(
      command
        .argument('<plugin>', 'publisher/plugin[@version], or the id of one installation')
        .option('--all', 'every version of it, where there are several'),
    ),
  run: async (context, options, plugin) => {
    const host = await openHost(context, options);
    const { installations } = await host.state();
    const removed = await operate(context, host, {
      title: `Removing ${plugin}`,
      run: (tell) =>
        host.remove(plugin, {
          all: options.all === true,
          signal: context.signal,
          onProgress: showProgress(context.output, tell),
        }),
    });
    context.output.result(
      { plugin, removed },
      removed.map((id) => {
        const { plugin: name = plugin, current, wanted, failure } = installations[id] ?? {};
        return `${[name, (current ?? wanted ?? failure)?.version].join(' ').trim()} is removed.`;
      }),
    );
  },
});
