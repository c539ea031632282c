import type { Command } from 'commander';
import { Option } from 'commander';
import { defineCommand } from '../cli-command.js';
import { defineFolderOption } from '../host-folder.js';
import type { FolderOptions } from '../host-folder.js';
import { besideLines, noteFailures, openHost, operate, outcomeLine, showProgress } from '../open-host.js';

interface InstallOptions extends FolderOptions {
  readonly trust?: 'untrusted';
  readonly allowYanked?: boolean;
  readonly allowExpired?: boolean;
  readonly ignoreRequires?: boolean;
}

/** Names of plugins have neither an ending nor a dot in front. */
const isArchive = (wish: string): boolean => wish.endsWith('.tar') && !wish.includes('://');

/** Installs a plugin on the host whose folder it is. */
export const install = defineCommand<InstallOptions, [plugin: string]>({
  name: 'install',
  group: 'Host',
  summary: 'install a plugin: verify it, build its environment, unpack its front end, give it a key',
  examples: [
    'mortise install acme/zephyr-tool',
    'mortise install acme/zephyr-tool@^1.2',
    'mortise install acme/zephyr-tool@beta --trust untrusted',
    'mortise install https://plugins.example.org/api/v1/plugins/acme/zephyr-tool/versions/1.2.0/manifest',
  ],
  define: (command: Command) =>
    defineFolderOption(
      command.argument(
        '<plugin>',
        'publisher/plugin, with @ and a version, range or channel; the address of its manifest; or an archive of `mortise export`',
      ),
    )
      .addOption(
        new Option(
          '--trust <trust>',
          'trust it less than the store does: no code of its front end, and a container',
        ).choices(['untrusted']),
      )
      .option('--allow-yanked', 'install a version that was yanked all the same')
      .option('--ignore-requires', 'install it whatever it requires of its host')
      .option('--allow-expired', 'take an archive whose signature has ended'),
  run: async (context, options, plugin) => {
    const host = await openHost(context, options);
    const result = await operate(context, host, {
      title: `Installing ${plugin}`,
      run: (tell) => {
        const { signal } = context;
        const { ignoreRequires = false } = options;
        const allowYanked = options.allowYanked === true;
        const shown = { signal, onProgress: showProgress(context.output, tell), ignoreRequires, allowYanked };
        if (isArchive(plugin))
          return host.installArchive(plugin, { ...shown, allowExpired: options.allowExpired === true });
        return host.install(plugin, { ...shown, ...(options.trust && { trust: options.trust }) });
      },
    });
    const { installation, version, outcome, reason } = result;
    noteFailures([result]);
    const others = Object.values((await host.state()).installations).flatMap((one) =>
      one.plugin === installation.plugin && one.id !== installation.id
        ? ((one.wanted ?? one.current)?.version ?? [])
        : [],
    );
    context.output.result(
      {
        plugin: installation.plugin,
        version,
        installation: installation.id,
        outcome,
        reason: reason ?? null,
        beside: others,
      },
      [
        outcomeLine(installation.plugin, version, {
          ...result,
          from: installation.current?.version ?? null,
        }),
        ...besideLines(installation.plugin, outcome, others),
      ],
    );
  },
});
