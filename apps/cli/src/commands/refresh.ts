import { join } from 'node:path';
import type { Command } from 'commander';
import { defineCommand } from '../cli-command.js';
import { planRefresh } from '../project/plan-refresh.js';
import { openPluginFolder, requireDescriptor } from '../project/plugin-folder.js';
import { writeWhole } from '../project/write-whole.js';

/** Lets a plugin's code say what its descriptor says. */
export const refresh = defineCommand<{ readonly check?: boolean }, [folder: string]>({
  name: 'refresh',
  group: 'Write and publish',
  summary: 'write again what follows from the descriptor: names, versions, constants',
  examples: ['mortise refresh', 'mortise refresh --check'],
  define: (command: Command) =>
    command
      .argument('[folder]', 'the folder of the plugin', '.')
      .option('--check', 'change nothing; exit with 1 where something would change'),
  run: async ({ output }, { check = false }, folder) => {
    const plugin = await openPluginFolder(folder);
    const changes = await planRefresh(plugin.folder, requireDescriptor(plugin));
    if (!check) for (const { path, text } of changes) await writeWhole(join(plugin.folder, path), text);
    const word = check ? 'would change' : 'written';
    output.result({ changed: changes.map(({ path }) => path), written: !check }, [
      ...changes.map(({ path }) => `${path}: ${word}`),
      ...(changes.length === 0 ? ['Everything says what the descriptor says.'] : []),
    ]);
    if (check && changes.length > 0) process.exitCode = 1;
  },
});
