import type { Command } from 'commander';
import { defineCommand } from '../cli-command.js';
import { CliFailure } from '../cli-failure.js';
import { defineFolderOption } from '../host-folder.js';
import type { FolderOptions } from '../host-folder.js';
import { openHost, showProgress } from '../open-host.js';

interface KeyOptions extends FolderOptions {
  readonly only?: boolean;
}

/** The keys of a host: its plugins' own, and those of its store that it believes in. */
export const key = defineCommand<KeyOptions, [act: string, names: readonly string[]]>({
  name: 'key',
  group: 'Host',
  summary: 'give a plugin a new key while it runs, or pin a key of the store',
  examples: [
    'mortise key rotate acme/zephyr-tool',
    'mortise key pin FINGERPRINT',
    'mortise key pin --only FINGERPRINT',
  ],
  define: (command: Command) =>
    defineFolderOption(
      command
        .argument('<act>', 'rotate, or pin')
        .argument('<name...>', 'of rotate: a plugin; of pin: fingerprints of keys that the store shows'),
    ).option('--only', 'of pin: believe in no other key any more'),
  run: async (context, options, act, names) => {
    const host = await openHost(context, options);
    const { output, signal } = context;
    if (act === 'pin') {
      const pinned = await host.pin(names, { only: options.only === true, signal });
      output.result({ pinned }, [`This host believes in ${pinned.join(', ')}.`]);
      return;
    }
    if (act !== 'rotate') throw new CliFailure('usage', `"${act}" is neither rotate nor pin.`, 'usage');
    const rotated: string[] = [];
    for (const plugin of names) {
      const run = (tell: (what: string) => void) =>
        host.rotateKeys(plugin, { signal, onProgress: showProgress(context.output, tell) });
      rotated.push(...(await output.step({ title: `Rotating the key of ${plugin}`, run })));
    }
    output.result({ rotated }, [`New keys are in place; the old ones end within a minute.`]);
  },
});
