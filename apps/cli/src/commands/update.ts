import type { Command } from 'commander';
import { Option } from 'commander';
import { defineCommand } from '../cli-command.js';
import { defineFolderOption } from '../host-folder.js';
import type { FolderOptions } from '../host-folder.js';
import { noteFailures, openHost, operate, outcomeLine, showProgress } from '../open-host.js';

interface UpdateOptions extends FolderOptions {
  readonly trust?: 'trusted' | 'untrusted';
  readonly ignoreRequires?: boolean;
}

/** Brings plugins to what they follow, or to what is named. */
export const update = defineCommand<UpdateOptions, [plugin: string | undefined]>({
  name: 'update',
  group: 'Host',
  summary: 'bring plugins to newer releases; what serves goes on until the new one is healthy',
  examples: ['mortise update', 'mortise update acme/zephyr-tool', 'mortise update acme/zephyr-tool@1.3.0'],
  define: (command: Command) =>
    defineFolderOption(
      command.argument(
        '[plugin]',
        'publisher/plugin, or the id of one installation; with @ what it follows from now on; without, all',
      ),
    )
      .addOption(
        new Option('--trust <trust>', 'how far this host trusts it from now on').choices([
          'trusted',
          'untrusted',
        ]),
      )
      .option('--ignore-requires', 'take the release that is named whatever it requires of its host'),
  run: async (context, options, plugin) => {
    const host = await openHost(context, options);
    const items = await operate(context, host, {
      title: `Updating ${plugin ?? 'all plugins'}`,
      run: (tell) =>
        host.update(plugin, {
          signal: context.signal,
          onProgress: showProgress(context.output, tell),
          ...(options.trust && { trust: options.trust }),
          ignoreRequires: options.ignoreRequires === true,
        }),
    });
    noteFailures(items);
    const lines = items.map((one) => outcomeLine(one.plugin, one.to, one));
    context.output.result({ items }, lines.length > 0 ? lines : ['There is nothing to update.']);
  },
});
