import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { DevHost } from '#host';
import { CliFailure } from '../cli-failure.js';
import { defineCommand } from '../cli-command.js';
import { readPort } from '../read-port.js';
import { showEvent } from '../show-event.js';
import { problemLines } from '../show-problems.js';

interface DevCommandOptions {
  readonly port: string;
  readonly venv?: string;
  readonly config?: string;
}

/** Serves a plugin from the folder that it is written in, and follows every change of it. */
export const dev = defineCommand<DevCommandOptions, [folder: string | undefined]>({
  name: 'dev',
  group: 'Write and publish',
  summary: 'run a plugin from its folder, and follow each change',
  examples: ['mortise dev .', 'mortise dev my-plugin --venv ~/venvs/my-plugin --config config.json'],
  define: (command: Command) =>
    command
      .argument('[folder]', 'where its plugin.yaml is', '.')
      .option('--port <number>', 'where it listens; 0 takes a free port', '4181')
      .option('--venv <folder>', 'a virtual environment with its dependencies, instead of one of its own')
      .option('--config <file>', 'JSON for `connect`, over the default_config of the descriptor'),
  run: async (context, options, folder = '.') => {
    const { output, signal, settings } = context;
    const logs = `\`tail -n 50 ${join(DevHost.logFolder(folder), '*.log')}\``;
    const host = await DevHost.start(folder, {
      port: readPort(options.port),
      python: settings.python,
      ...(options.venv === undefined ? {} : { venv: options.venv }),
      ...(options.config === undefined ? {} : { config: await readConfig(options.config) }),
      onEvent: (event) => {
        // A terminal interrupts what is being made as well.
        if (signal.aborted && event.type === 'failed') return;
        // People have been told by onProblems, with the lines.
        if (output.json || event.data['code'] !== 'invalid-descriptor') showEvent(output, event, logs);
      },
      onError: (error) => output.warn(String(error)),
      onInstall: (dependencies) => output.note(making(dependencies)),
      onProblems: (problems, text) => {
        for (const line of problemLines(problems, { name: 'plugin.yaml', text }, output)) output.note(line);
      },
    });
    if (!signal.aborted) {
      const { address, plugin } = host;
      const answers = plugin === undefined ? notYet(address) : `The plugin answers at ${address}`;
      output.item({ type: 'running', address }, answers);
      output.note(`Open ${host.link}`);
      await once(signal, 'abort');
    }
    await host.close();
  },
});

const making = ({ length }: readonly unknown[]): string =>
  `Making an environment for it${length === 0 ? '' : `, with ${length} ${length === 1 ? 'dependency' : 'dependencies'} from the index`}…`;

const notYet = (address: string): string =>
  `Nothing of the plugin runs yet: it is tried again when its files change, and will answer at ${address}`;

async function readConfig(path: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(path, 'utf8');
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read === 'object' && read !== null && !Array.isArray(read))
      return read as Record<string, unknown>;
  } catch {
    // told below
  }
  throw new CliFailure('invalid-config', `${path} is no JSON object.`, 'usage');
}
